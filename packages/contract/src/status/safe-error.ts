import { redact } from './redact.ts'

/** What may be shown of something that was thrown: no stack, no cause, no secret. */
export interface SafeError {
  /** Name of the error, such as `TypeError`: at most 64 of `A-Z a-z 0-9 _ . $ -`. */
  readonly type: string
  /** One line of at most 300 characters. */
  readonly message: string
  readonly code?: string | number
  /** Whether the same may succeed later, where the error says so. */
  readonly retryable?: boolean
}

const messageMax = 300
/** What is longer is cut before anything else looks at it, so that a message of megabytes costs no more than this. */
const scanMax = 2_000
const fallback = 'Something went wrong'

/**
 * Makes anything that was thrown fit to be shown. Never throws, whatever it is given.
 *
 * `type` is the name of the error, else of its class, else `Error`. `message` ends before the first stack frame, is
 * folded into one line and cut to 300 characters; secrets, e-mail addresses and the folders of absolute paths are
 * replaced, and what says nothing becomes `Something went wrong`. `code` is kept when it is a finite number or a plain
 * word of at most 64 characters, `retryable` when it is a boolean. Redaction knows the usual shapes of secrets; it is
 * the last net, not a reason to put secrets into messages.
 *
 * @example
 * ```ts
 * toSafeError(new TypeError('connect postgres://app:hunter2@db failed'))
 * // { type: 'TypeError', message: 'connect postgres://[redacted]@db failed' }
 * ```
 */
export function toSafeError(thrown: unknown): SafeError {
  const code = toCode(read(thrown, 'code'))
  const retryable = read(thrown, 'retryable')
  return {
    type: toType(read(thrown, 'name')) || toType(read(read(thrown, 'constructor'), 'name')) || 'Error',
    message: toMessage(thrown),
    ...(code !== undefined && { code }),
    ...(typeof retryable === 'boolean' && { retryable }),
  }
}

/** A property of anything. One that throws when it is read, as getters and proxies can, is as absent. */
function read(target: unknown, key: string): unknown {
  if (target === null || (typeof target !== 'object' && typeof target !== 'function')) return undefined
  try {
    return Reflect.get(target, key)
  } catch {
    return undefined
  }
}

/** Classes whose names say nothing about what failed. */
const anonymous: ReadonlySet<string> = new Set(['Object', 'Function'])

function toType(name: unknown): string {
  if (typeof name !== 'string') return ''
  const head = name.slice(0, 256)
  if (anonymous.has(head) || redact(head) !== head) return ''
  return head.replace(/[^A-Za-z0-9_.$-]/g, '').slice(0, 64)
}

function toCode(code: unknown): string | number | undefined {
  if (typeof code === 'number') return Number.isFinite(code) ? code : undefined
  const isWord = typeof code === 'string' && /^[A-Za-z0-9_.:-]{1,64}$/.test(code)
  return isWord && redact(code) === code ? code : undefined
}

function toMessage(thrown: unknown): string {
  const text = typeof thrown === 'number' ? `${thrown}` : typeof thrown === 'string' ? thrown : read(thrown, 'message')
  if (typeof text !== 'string') return fallback
  return shorten(redact(toLine(cut(text))).trim()) || fallback
}

/** The beginning of a text. A word cut in half is left out: half a secret would not be recognised as one. */
function cut(text: string): string {
  if (text.length <= scanMax) return text.toWellFormed()
  const head = text.slice(0, scanMax)
  const end = head.search(/\s\S*$/)
  return (end < 0 ? head : head.slice(0, end)).toWellFormed()
}

const esc = '\\u001b'
/** Colours, cursor movements and titles of terminals. */
const ansi = new RegExp(`${esc}(?:\\[[0-?]*[ -/]*[@-~]|\\][^\\u0007${esc}]*(?:\\u0007|${esc}\\\\)|[@-Z\\\\^_])`, 'g')
const lineBreak = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/
const stackFrame = /^\s+at /

function toLine(text: string): string {
  const lines: string[] = []
  for (const line of text.replace(ansi, '').split(lineBreak)) {
    if (stackFrame.test(line)) break
    const plain = line
      .replaceAll('\t', ' ')
      .replace(/\p{Cc}/gu, '')
      .trim()
    if (plain !== '') lines.push(plain)
  }
  return lines.join(' ')
}

function shorten(text: string): string {
  if (text.length <= messageMax) return text
  const head = text.slice(0, messageMax - 1)
  return `${head.isWellFormed() ? head : head.slice(0, -1)}…`
}
