import type { SayOptions, Sheddable } from '@telltale/contract/producer'
import {
  copyJson,
  defaultPriority,
  type ErrorCode,
  isSpanEnd,
  isTopicId,
  type Json,
  priorityRank,
  type Span,
} from '@telltale/contract/wire'

/** Most bytes of an update's text, of its metadata, and of all of it, as JSON: what a server takes. */
const textMaxBytes = 4_096
const metadataMaxBytes = 16_384
const updateMaxBytes = 32_768
/** A server takes messages of a depth of 16, and a message has two levels around an update's metadata. */
const metadataDepthMax = 14

/** Most open spans whose metadata is remembered. */
const openMax = 20_000

/** An update on its way to the server. */
export interface Saying extends Sheddable {
  /** The producer's life it was said in: of spans of one that is over nothing more is said. */
  readonly life: number
  readonly span: Span | undefined
  /** How long it may wait before it is sent, in milliseconds. */
  readonly ttlMs: number | undefined
  /** What is sent. */
  readonly update: { readonly id: string; readonly conversationId: string; readonly [name: string]: unknown }
  /** How much that is, as JSON. */
  readonly bytes: number
}

/** Why something cannot be sent. */
export interface Unfit {
  readonly code: ErrorCode
  readonly problem: string
}

/** What a producer says, before it is copied. */
export interface Said {
  readonly conversationId: string
  readonly category: string
  readonly text: string
  readonly metadata: unknown
  readonly options: SayOptions
}

/** Makes of what is said what can be sent. */
export class Sayings {
  readonly #categories: ReadonlySet<string>
  readonly #tellUnfit: (category: string, unfit: Unfit) => void
  /** The last metadata of each open span that could be sent, if there was any. */
  readonly #fitting = new Map<string, Json | undefined>()

  /** @param tellUnfit told of everything that cannot be sent. */
  constructor(categories: readonly string[], tellUnfit: (category: string, unfit: Unfit) => void) {
    this.#categories = new Set(categories)
    this.#tellUnfit = tellUnfit
  }

  /** Copies what is said, so that later changes do not show; `null` when it cannot be sent. */
  make(said: Said, name: { life: number; id: string }): Saying | null {
    const { category, conversationId } = said
    const { span } = said.options
    if (!this.#categories.has(category)) {
      const problem = `the contract has no category '${String(category).slice(0, 64)}'`
      // What is no category of the contract is somebody's text, no label.
      return this.#refuse('', { code: 'UNKNOWN_CATEGORY', problem })
    }
    if (!isTopicId(conversationId)) {
      const problem = 'conversationId must be 1 to 128 of A-Z a-z 0-9 _ . : @ -'
      return this.#refuse(category, { code: 'INVALID_INPUT', problem })
    }
    const copy = said.metadata === undefined ? undefined : copyMetadata(said.metadata)
    if (copy && !copy.ok) {
      this.#tellUnfit(category, copy.unfit)
      // What became of the work matters more than what was said along with it: that stays as it was.
      if (!span || !this.#fitting.has(span.id)) return null
    }
    const metadata = copy && !copy.ok ? this.#fitting.get(span?.id ?? '') : copy?.value
    const saying = toSaying({ ...said, metadata }, name)
    if (saying.bytes > updateMaxBytes) {
      const problem = `the update is over ${updateMaxBytes} bytes`
      return this.#refuse(category, { code: 'PAYLOAD_TOO_LARGE', problem })
    }
    if (span && isSpanEnd(span.state)) this.#fitting.delete(span.id)
    else if (span && this.#fitting.size < openMax) this.#fitting.set(span.id, metadata)
    return saying
  }

  /** The spans that were open are so no more. */
  forget(): void {
    this.#fitting.clear()
  }

  #refuse(category: string, unfit: Unfit): null {
    this.#tellUnfit(category, unfit)
    return null
  }
}

type MetadataCopy = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly unfit: Unfit }

function copyMetadata(metadata: unknown): MetadataCopy {
  const copy = copyJson(metadata, { depthMax: metadataDepthMax })
  if (!copy.ok) return { ok: false, unfit: { code: 'INVALID_METADATA', problem: `metadata: ${copy.problem}` } }
  if (jsonBytes(copy.value) <= metadataMaxBytes) return copy
  return { ok: false, unfit: { code: 'PAYLOAD_TOO_LARGE', problem: `metadata is over ${metadataMaxBytes} bytes` } }
}

function toSaying(
  { conversationId, category, text, metadata, options }: Said,
  name: { life: number; id: string },
): Saying {
  const { id = name.id, key, priority, spanId, span, ttlMs } = options
  const update = {
    id,
    conversationId,
    category,
    text: cutText(String(text)),
    ...(metadata !== undefined && { metadata }),
    ...(key !== undefined && { key }),
    ...(priority !== undefined && { priority }),
    ...(spanId !== undefined && { spanId }),
    ...(ttlMs !== undefined && !span && { ttlMs: Math.max(1, Math.round(ttlMs)) }),
    ...(span && { span }),
  }
  return {
    group: conversationId,
    type: category,
    // An end goes last of what can go, as errors do.
    rank: span && isSpanEnd(span.state) ? 2 : priorityRank(priority ?? defaultPriority(category)),
    // The app's own keys are apart from spans.
    key: span ? `span:${span.id}` : key === undefined ? undefined : `key:${key}`,
    life: name.life,
    span,
    ttlMs: span ? undefined : ttlMs,
    update,
    bytes: jsonBytes(update),
  }
}

/** How many bytes a value takes as JSON. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}

/** Cuts a text that the server would refuse for its length, never through a character; `…` shows it. */
function cutText(text: string): string {
  const whole = text.toWellFormed()
  // A character of JSON is at most 6 bytes.
  if (whole.length * 6 + 2 <= textMaxBytes || jsonBytes(whole) <= textMaxBytes) return whole
  let low = 0
  let high = Math.min(whole.length, textMaxBytes)
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (jsonBytes(`${whole.slice(0, middle)}…`.toWellFormed()) <= textMaxBytes) low = middle
    else high = middle - 1
  }
  const cut = whole.slice(0, low)
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`
}
