import { copyJson, isUnsafeKey } from './json.ts'

/** What {@link encodeJson} answers: the text, or where and why it refused. */
export type JsonText = { readonly ok: true; readonly text: string; readonly fits: boolean } | JsonTextProblem

interface JsonTextProblem {
  readonly ok: false
  readonly problem: string
}

/** Kinds of values, as bits. */
export const jsonKinds = { text: 1, number: 2, notNegative: 4, boolean: 8, none: 16 } as const

const anyKind = -1

/** What is known of an object's keys without asking a schema. */
export interface KnownShape {
  /** The kinds a key's value may be of; one with 0 has to be looked at by the schema. */
  readonly kinds: ReadonlyMap<string, number>
  /** The keys that must be there. */
  readonly required: readonly string[]
  /** Whether keys that are not known pass as they are. */
  readonly isOpen: boolean
}

/** How an entry of an object begins, and what its value may be. */
interface KeyFacts {
  /** What stands between the value before and this one: see {@link leadsOf}. */
  readonly leads: readonly string[]
  readonly kinds: number
  readonly isRequired: boolean
}

/** What was written last, as places in {@link KeyFacts.leads}: nothing, a value that is whole, or a text without its end quote. */
const nothing = 0
const whole = 2
const quoted = 4

const depthMax = 16
const sizeMax = 65_536
/** Most keys that are remembered of a shape, and longest one: an app has few different ones. */
const keysMax = 1_024
const keyMax = 64

const noShape: KnownShape = { kinds: new Map(), required: [], isOpen: false }

/**
 * Writes data of one shape as JSON, by the rules of {@link copyJson}: what that refuses is refused with the same words.
 * `fits` says that the value certainly is of the shape; where it is false, the schema has to be asked.
 *
 * @example
 * ```ts
 * new JsonEncoder().encode({ at: new Date(0), skip: undefined }).text // '{"at":"1970-01-01T00:00:00.000Z"}'
 * ```
 */
export class JsonEncoder {
  readonly #shape: KnownShape
  readonly #keys = new Map<string, KeyFacts>()

  constructor(shape: KnownShape | null = null) {
    this.#shape = shape ?? noShape
  }

  encode(value: unknown): JsonText {
    try {
      const text = isPlainRecord(value) ? this.#encodeKnown(value) : null
      if (text) return text
    } catch {
      // A getter of the caller's: told below, as for everything that is not plain.
    }
    const copied = copyJson(value)
    return copied.ok ? { ok: true, text: JSON.stringify(copied.value), fits: false } : copied
  }

  /** `null` for anything that is not plain data through and through: the careful way has to look at it. */
  #encodeKnown(record: Record<string, unknown>): JsonText | null {
    let text = ''
    let before = nothing
    let fits = this.#shape !== noShape
    let found = 0
    for (const key in record) {
      const item = isOwn(record, key) ? record[key] : undefined
      if (item === undefined) continue
      const facts = this.#keys.get(key) ?? this.#learn(key)
      // Its quotes are part of what stands before and behind it.
      const isQuoted = standsAsItIs(item)
      const encoded = isQuoted ? item : encodeItem(item, 2)
      if (facts === null || encoded === null || text.length > sizeMax) return null
      text = text + facts.leads[isQuoted ? before + 1 : before] + encoded
      before = isQuoted ? quoted : whole
      fits &&= isOfKind(item, facts.kinds)
      if (facts.isRequired) found++
    }
    if (text.length > sizeMax) return null
    return { ok: true, text: text + endingOf(before), fits: fits && found === this.#shape.required.length }
  }

  #learn(key: string): KeyFacts | null {
    if (isUnsafeKey(key)) return null
    const { kinds, isOpen, required } = this.#shape
    const facts = {
      leads: leadsOf(JSON.stringify(key)),
      kinds: kinds.get(key) ?? (isOpen ? anyKind : 0),
      isRequired: required.includes(key),
    }
    if (key.length > keyMax) return facts
    if (this.#keys.size >= keysMax) this.#keys.clear()
    this.#keys.set(key, facts)
    return facts
  }
}

/** What stands before a value, for each that may stand before its key, and for a value that is whole or lacks its first quote. */
function leadsOf(key: string): readonly string[] {
  return ['{', ',', '",'].flatMap((beginning) => [`${beginning}${key}:`, `${beginning}${key}:"`])
}

/** What ends an object, behind what was written last. */
function endingOf(before: number): string {
  if (before === quoted) return '"}'
  return before === whole ? '}' : '{}'
}

function isOwn(record: object, key: string): boolean {
  // biome-ignore lint/suspicious/noPrototypeBuiltins: in a loop over the keys V8 leaves this call out, but not `Object.hasOwn`
  return Object.prototype.hasOwnProperty.call(record, key)
}

function standsAsItIs(item: unknown): item is string {
  return typeof item === 'string' && item.length <= sizeMax && isPlainText(item)
}

/** A text as JSON. Most texts have nothing to escape, and looking is cheaper than asking. */
export function quoteJson(text: string): string {
  return isPlainText(text) ? `"${text}"` : JSON.stringify(text)
}

/** Whether a text stands in JSON as it is, each character a byte. */
export function isPlainText(text: string): boolean {
  const { length } = text
  if (length > 48) return plainText.test(text)
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index)
    if (code < 32 || code > 126 || code === 34 || code === 92) return false
  }
  return true
}

const plainText = /^[ !#-[\]-~]*$/

function isPlainRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** `null` for what is not plain data. */
function encodeItem(item: unknown, depth: number): string | null {
  switch (typeof item) {
    case 'string':
      // What is too long anyway is not looked at.
      return item.length > sizeMax ? null : quoteJson(item)
    case 'number':
      return Number.isFinite(item) ? `${item}` : null
    case 'boolean':
      return item ? 'true' : 'false'
    case 'object':
      if (item === null) return 'null'
      if (depth > depthMax) return null
      return Array.isArray(item) ? encodeList(item, depth) : isPlainRecord(item) ? encodeRecord(item, depth) : null
    default:
      return null
  }
}

function encodeRecord(record: Record<string, unknown>, depth: number): string | null {
  let text = ''
  for (const key in record) {
    if (!isOwn(record, key)) continue
    const item = record[key]
    if (item === undefined) continue
    const encoded = isUnsafeKey(key) || key.length > sizeMax ? null : encodeItem(item, depth + 1)
    if (encoded === null || text.length > sizeMax) return null
    text += `${text === '' ? '{' : ','}${quoteJson(key)}:${encoded}`
  }
  return text === '' ? '{}' : `${text}}`
}

function encodeList(list: readonly unknown[], depth: number): string | null {
  let text = ''
  // By number: a list with holes has fewer entries than places.
  for (let index = 0; index < list.length; index++) {
    const item = list[index]
    const encoded = item === undefined ? 'null' : encodeItem(item, depth + 1)
    if (encoded === null || text.length > sizeMax) return null
    text += index === 0 ? encoded : `,${encoded}`
  }
  return `[${text}]`
}

function isOfKind(item: unknown, kinds: number): boolean {
  return kinds === anyKind || (kinds & kindOf(item)) !== 0
}

function kindOf(item: unknown): number {
  switch (typeof item) {
    case 'string':
      return jsonKinds.text
    case 'number':
      return item >= 0 ? jsonKinds.number | jsonKinds.notNegative : jsonKinds.number
    case 'boolean':
      return jsonKinds.boolean
    default:
      return item === null ? jsonKinds.none : 0
  }
}
