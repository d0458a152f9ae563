import { keptRank, type SayOptions, type Sheddable } from '@telltale/contract/producer'
import { copyJson, defaultPriority, isSpanEnd, priorityRank, type Span } from '@telltale/contract/wire'

/** Most bytes of an update's text, as the server takes it: 4 KiB of JSON. */
const textMaxBytes = 4_096

/** An update on its way to the server. */
export interface Saying extends Sheddable {
  /** The name the producer had when it was said: spans of one that was given up are not said any more. */
  readonly producer: string
  readonly span: Span | undefined
  /** What is sent. */
  readonly update: { readonly id: string; readonly conversationId: string; readonly [name: string]: unknown }
}

/** Copies what is said, so that later changes do not show; a text when it cannot be sent, with the reason. */
export function toSaying(
  said: { conversationId: string; category: string; text: string; metadata: unknown; options: SayOptions },
  name: { producer: string; id: string },
): Saying | string {
  const { conversationId, category, metadata, options } = said
  const { id = name.id, key, priority, spanId, span } = options
  const copy = metadata === undefined ? null : copyJson(metadata)
  if (copy && !copy.ok) return copy.problem
  const isEnd = span !== undefined && isSpanEnd(span.state)
  return {
    group: String(conversationId),
    type: String(category),
    rank: isEnd ? keptRank : priorityRank(priority ?? defaultPriority(category)),
    key: span ? span.id : key,
    producer: name.producer,
    span,
    update: {
      id,
      conversationId: String(conversationId),
      category,
      text: cutText(String(said.text)),
      ...(copy && { metadata: copy.value }),
      ...(key !== undefined && { key }),
      ...(priority !== undefined && { priority }),
      ...(spanId !== undefined && { spanId }),
      ...(span && { span }),
    },
  }
}

const encoder = new TextEncoder()

/** How many bytes a value takes as JSON. */
export function jsonBytes(value: unknown): number {
  return encoder.encode(JSON.stringify(value)).length
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
