/** Any value JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject

/** A JSON object. A key whose value is `undefined` is the same as a key that is absent. */
export type JsonObject = { readonly [key: string]: Json | undefined }

/** What {@link copyJson} answers: the copy, or where and why it refused. */
export type JsonCopy = { ok: true; value: Json } | { ok: false; problem: string }

/** Bounds of a {@link copyJson}. */
export interface JsonLimits {
  /** Deepest nesting that is copied; `{}` is depth 1. @default 16 */
  depthMax?: number
  /** Most characters of keys and strings plus values that are copied. @default 65_536 */
  sizeMax?: number
}

const unsafeKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** Whether a key could change a prototype when somebody copies the object carelessly; such keys are refused everywhere. */
export function isUnsafeKey(key: string): boolean {
  return unsafeKeys.has(key)
}

/** Whether a value is an object literal: its prototype is `Object.prototype` or none. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/**
 * Copies plain data so that later changes of the original do not show, and so that only JSON is left.
 * Dates and other instances with `toJSON` become what that returns, `undefined` keys vanish, `-0` becomes `0`.
 * Refused, with the path: `NaN`, infinities, bigints, functions, symbols, class instances, cycles deeper than
 * `depthMax`, more than `sizeMax`, and the keys `__proto__`, `constructor`, `prototype`.
 *
 * @example
 * ```ts
 * copyJson({ at: new Date(0), skip: undefined }) // { ok: true, value: { at: '1970-01-01T00:00:00.000Z' } }
 * ```
 */
export function copyJson(value: unknown, limits: JsonLimits = {}): JsonCopy {
  const copier = new JsonCopier(limits.depthMax ?? 16, limits.sizeMax ?? 65_536)
  try {
    return { ok: true, value: copier.copy(value, 1, '') }
  } catch (error) {
    // A getter or toJSON of the caller may throw anything; that is the caller's data being unfit, not our failure.
    return { ok: false, problem: error instanceof Refusal ? error.message : 'the data threw while it was read' }
  }
}

class Refusal extends Error {}

class JsonCopier {
  readonly #depthMax: number
  #sizeLeft: number

  constructor(depthMax: number, sizeMax: number) {
    this.#depthMax = depthMax
    this.#sizeLeft = sizeMax
  }

  copy(value: unknown, depth: number, path: string): Json {
    switch (typeof value) {
      case 'string':
        this.#spend(value.length, path)
        return value
      case 'number':
        if (!Number.isFinite(value)) throw new Refusal(`${at(path)} is ${value}, which JSON cannot hold`)
        this.#spend(1, path)
        return value + 0 // turns -0 into 0
      case 'boolean':
        this.#spend(1, path)
        return value
      case 'object':
        return value === null ? null : this.#copyObject(value, depth, path)
      default:
        throw new Refusal(`${at(path)} is a ${typeof value}, which JSON cannot hold`)
    }
  }

  #copyObject(value: object, depth: number, path: string): Json {
    if (depth > this.#depthMax) throw new Refusal(`${at(path)} is nested deeper than ${this.#depthMax}`)
    if (Array.isArray(value)) {
      const items: Json[] = []
      for (let i = 0; i < value.length; i++) {
        this.#spend(1, path)
        const item: unknown = value[i]
        items.push(item === undefined ? null : this.copy(item, depth + 1, `${path}[${i}]`))
      }
      return items
    }
    if (!isPlainObject(value)) return this.#copyInstance(value, depth, path)
    const copy: Record<string, Json> = {}
    for (const key of Object.keys(value)) {
      const item = value[key]
      if (item === undefined) continue
      if (isUnsafeKey(key)) throw new Refusal(`${at(path)} has a key named ${key}`)
      this.#spend(key.length, path)
      if (typeof item !== 'string') copy[key] = this.copy(item, depth + 1, join(path, key))
      else {
        // Most of metadata is text: its path is put together only for a refusal.
        if (item.length > this.#sizeLeft) throw new Refusal(`${join(path, key)} makes the data too large`)
        this.#sizeLeft -= item.length
        copy[key] = item
      }
    }
    return copy
  }

  #copyInstance(value: object, depth: number, path: string): Json {
    const toJson: unknown = 'toJSON' in value ? value.toJSON : undefined
    if (typeof toJson !== 'function') throw new Refusal(`${at(path)} is not plain data`)
    const json: unknown = toJson.call(value)
    // An invalid Date says null: that would be a silent loss.
    if (json === null || json === undefined) throw new Refusal(`${at(path)} has no JSON form`)
    return this.copy(json, depth + 1, path)
  }

  #spend(size: number, path: string): void {
    this.#sizeLeft -= size
    if (this.#sizeLeft < 0) throw new Refusal(`${at(path)} makes the data too large`)
  }
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}

function at(path: string): string {
  return path === '' ? 'the value' : path
}
