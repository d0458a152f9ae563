import type { JsonObject, Priority, Span } from '@telltale/contract'
import type { Conversation } from './conversations.ts'

/** A status update as the log keeps it: everything but its offset, which comes with its place. */
export interface StatusEvent {
  readonly id: string
  readonly conversationId: string
  readonly category: string
  readonly text: string
  readonly metadata: JsonObject
  readonly timestamp: string
  readonly key?: string
  readonly priority?: Priority
  readonly truncated?: true
  readonly span?: Span
  readonly spanId?: string
}

/** What an update's JSON is made of; what is JSON already says so in its name. */
export interface UpdateParts {
  /** As JSON, without the quotes around it. */
  readonly idJson: string
  readonly conversation: Conversation
  readonly category: string
  readonly textJson: string
  readonly metadataJson: string
  /** In milliseconds since 1970. */
  readonly at: number
  readonly key: string | undefined
  readonly priority: Priority | undefined
  readonly wasCut: boolean
  readonly span: Span | undefined
  readonly spanId: string | undefined
}

/** Encodes an update, but for the brace and the offset that it begins with. */
export function encodeUpdate(parts: UpdateParts): string {
  const { idJson, conversation, category, textJson, metadataJson, at } = parts
  const stamp = stampOf(at)
  const beginning = `"id":"${idJson}${conversation.middleOf(category)}${textJson},"metadata":${metadataJson}`
  const { key, priority, wasCut, span, spanId } = parts
  if (key === undefined && priority === undefined && !wasCut && !span && spanId === undefined)
    return `${beginning}${stamp}}`
  const keyJson = key === undefined ? '' : `,"key":${JSON.stringify(key)}`
  const priorityJson = priority === undefined ? '' : `,"priority":"${priority}"`
  const cutJson = wasCut ? ',"truncated":true' : ''
  const ofSpan = span
    ? `,"span":${JSON.stringify(span)}`
    : spanId === undefined
      ? ''
      : `,"spanId":${JSON.stringify(spanId)}`
  return `${beginning}${stamp}${keyJson}${priorityJson}${cutJson}${ofSpan}}`
}

let lastMs = Number.NaN
let lastIso = ''
let lastStamp = ''

/** ISO 8601 of a time in milliseconds; the last one is remembered, for a busy millisecond has many updates. */
export function isoTime(ms: number): string {
  if (ms !== lastMs) remember(ms)
  return lastIso
}

function stampOf(ms: number): string {
  if (ms !== lastMs) remember(ms)
  return lastStamp
}

let lastSecond = Number.NaN
let secondIso = ''

/** A second has a thousand milliseconds with the same beginning; making a date is the dearest part of a rare update. */
function remember(ms: number): void {
  const second = Math.floor(ms / 1_000)
  if (second !== lastSecond) {
    secondIso = new Date(second * 1_000).toISOString().slice(0, -4)
    lastSecond = second
  }
  lastIso = `${secondIso}${String(ms - second * 1_000).padStart(3, '0')}Z`
  lastStamp = `,"timestamp":"${lastIso}"`
  lastMs = ms
}
