import { copyJson, isUnsafeKey } from './json.ts'

/** What {@link encodeJson} answers: the text, or where and why it refused. */
export type JsonText = { readonly ok: true; readonly text: string; readonly fits: boolean } | JsonTextProblem

interface JsonTextProblem {
  readonly ok: false
  readonly problem: string
}

/** Kinds of values, as bits. */
export const jsonKinds = { text: 1, number: 2, notNegative: 4, boolean: 8, none: 16 } as const

/** What is known of an object's keys without asking a schema. */
export interface KnownShape {
  /** The kinds a key's value may be of; one with 0 has to be looked at by the schema. */
  readonly kinds: ReadonlyMap<string, number>
  /** The keys that must be there. */
  readonly required: readonly string[]
  /** Whether keys that are not known pass as they are. */
  readonly isOpen: boolean
}

const depthMax = 16
const sizeMax = 65_536

/**
 * The JSON text of plain data, by the rules of {@link copyJson}: what it refuses is refused with the same words. `fits`
 * says that the value certainly is of the shape; without a shape it never does.
 *
 * @example
 * ```ts
 * encodeJson({ at: new Date(0), skip: undefined }) // { ok: true, text: '{"at":"1970-01-01T00:00:00.000Z"}', fits: false }
 * ```
 */
export function encodeJson(value: unknown, shape: KnownShape | null = null): JsonText {
  try {
    const text = isPlainRecord(value) ? encodeKnown(value, shape) : null
    if (text) return text
  } catch {
    // A getter of the caller's: told below, as for everything that is not plain.
  }
  const copied = copyJson(value)
  return copied.ok ? { ok: true, text: JSON.stringify(copied.value), fits: false } : copied
}

/** A text as JSON. Most texts have nothing to escape, and looking is cheaper than asking. */
export function quoteJson(text: string): string {
  const { length } = text
  if (length > 48) return plainText.test(text) ? `"${text}"` : JSON.stringify(text)
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index)
    if (code < 32 || code > 126 || code === 34 || code === 92) return JSON.stringify(text)
  }
  return `"${text}"`
}

const plainText = /^[ !#-[\]-~]*$/

function isPlainRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** `null` for anything that is not plain data through and through: the careful way has to look at it. */
function encodeKnown(record: Record<string, unknown>, shape: KnownShape | null): JsonText | null {
  let text = ''
  let fits = shape !== null
  let found = 0
  for (const key in record) {
    if (!Object.hasOwn(record, key)) continue
    const item = record[key]
    if (item === undefined) continue
    const beginning = beginningOf(key)
    const encoded = typeof item === 'string' ? quoteJson(item) : encodeItem(item, 2)
    if (beginning === null || encoded === null || text.length > sizeMax) return null
    text += beginning
    text += encoded
    if (shape === null || !fits) continue
    fits = isOfShape(shape, key, item)
    if (fits && shape.required.length > 0 && shape.required.includes(key)) found++
  }
  if (text.length > sizeMax) return null
  const isWhole = shape === null || found === shape.required.length
  return { ok: true, text: text === '' ? '{}' : `{${text.slice(1)}}`, fits: fits && isWhole }
}

function isOfShape({ kinds, isOpen }: KnownShape, key: string, item: unknown): boolean {
  const known = kinds.get(key)
  return known === undefined ? isOpen : (known & kindOf(item)) !== 0
}

function encodeItem(item: unknown, depth: number): string | null {
  switch (typeof item) {
    case 'string':
      return quoteJson(item)
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
    if (!Object.hasOwn(record, key)) continue
    const item = record[key]
    if (item === undefined) continue
    const beginning = beginningOf(key)
    const encoded = encodeItem(item, depth + 1)
    if (beginning === null || encoded === null) return null
    text += beginning
    text += encoded
    if (text.length > sizeMax) return null
  }
  return text === '' ? '{}' : `{${text.slice(1)}}`
}

function encodeList(list: readonly unknown[], depth: number): string | null {
  let text = ''
  // By number: a list with holes has fewer entries than places.
  for (let index = 0; index < list.length; index++) {
    const item = list[index]
    const encoded = item === undefined ? 'null' : encodeItem(item, depth + 1)
    if (encoded === null) return null
    text += index === 0 ? encoded : `,${encoded}`
    if (text.length > sizeMax) return null
  }
  return `[${text}]`
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

/** How an entry begins, by its key: an app has few different ones. `null` for a key that nobody may use. */
const beginnings = new Map<string, string | null>()
const beginningsMax = 4_096

function beginningOf(key: string): string | null {
  const known = beginnings.get(key)
  if (known !== undefined) return known
  const beginning = isUnsafeKey(key) ? null : `,${JSON.stringify(key)}:`
  if (key.length <= 64) {
    if (beginnings.size >= beginningsMax) beginnings.clear()
    beginnings.set(key, beginning)
  }
  return beginning
}
