import type { JsonObject, Priority, Span } from '@telltale/contract'
import type { RawUpdate } from './raw-update.ts'

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

/** What is said along with an update. */
type Extras = Pick<RawUpdate, 'appKey' | 'priority' | 'span' | 'spanId' | 'isReplaceable'>

/**
 * Encodes an update, but for the brace that it begins with: its offset will stand between that and the rest. What is JSON
 * already says so in its name; `idJson` and `textJson` stand without quotes.
 */
export function encodeUpdate(
  raw: RawUpdate,
  idJson: string,
  textJson: string,
  metadataJson: string,
  wasCut: boolean,
): string {
  const { conversation, category, at } = raw
  const beginning = `{"id":"${idJson}${conversation.middleOf(category)}${textJson}","metadata":${metadataJson}`
  if (at !== lastMs) remember(at)
  const whole =
    hasExtras(raw) || wasCut ? `${beginning}${lastStamp}${encodeExtras(raw, wasCut)}}` : beginning + lastStampAndEnd
  // What was put together stays a tree of pieces until somebody reads it; to cut it makes one text of it, which takes less memory.
  return whole.slice(1)
}

function hasExtras({ appKey, priority, span, spanId }: Extras): boolean {
  return appKey !== undefined || priority !== undefined || span !== undefined || spanId !== undefined
}

function encodeExtras({ appKey, priority, span, spanId, isReplaceable }: Extras, wasCut: boolean): string {
  const key = span ? (isReplaceable ? span.id : undefined) : appKey
  const keyJson = key === undefined ? '' : `,"key":${JSON.stringify(key)}`
  const priorityJson = priority === undefined ? '' : `,"priority":"${priority}"`
  const cutJson = wasCut ? ',"truncated":true' : ''
  const spanIdJson = spanId === undefined ? '' : `,"spanId":${JSON.stringify(spanId)}`
  return `${keyJson}${priorityJson}${cutJson}${span ? `,"span":${JSON.stringify(span)}` : spanIdJson}`
}

let lastMs = Number.NaN
let lastIso = ''
let lastStamp = ''
let lastStampAndEnd = ''

/** ISO 8601 of a time in milliseconds; the last one is remembered, for a busy millisecond has many updates. */
export function isoTime(ms: number): string {
  if (ms !== lastMs) remember(ms)
  return lastIso
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
  lastStampAndEnd = `${lastStamp}}`
  lastMs = ms
}
