import type { JsonObject, Priority, Span } from '@telltale/contract'

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

/** An update on its way into the log, in parts that are JSON already. */
export interface EncodableEvent {
  readonly event: StatusEvent
  readonly textJson: string
  readonly metadataJson: string
}

/** Encodes an event from its parts: what is plain by its shape is not escaped again. */
export function encodeEvent({ event, textJson, metadataJson }: EncodableEvent): string {
  const key = event.key === undefined ? '' : `,"key":${JSON.stringify(event.key)}`
  const priority = event.priority === undefined ? '' : `,"priority":"${event.priority}"`
  const truncated = event.truncated ? ',"truncated":true' : ''
  const span = event.span === undefined ? '' : `,"span":${JSON.stringify(event.span)}`
  const spanId = event.spanId === undefined ? '' : `,"spanId":${JSON.stringify(event.spanId)}`
  // Conversation ids and categories have no character that JSON escapes; ids of callers may have.
  return `{"id":${JSON.stringify(event.id)},"conversationId":"${event.conversationId}","category":"${event.category}","text":${textJson},"metadata":${metadataJson},"timestamp":"${event.timestamp}"${key}${priority}${truncated}${span}${spanId}}`
}

let lastMs = Number.NaN
let lastIso = ''

/** ISO 8601 of a time in milliseconds; the last one is remembered, for a busy millisecond has many updates. */
export function isoTime(ms: number): string {
  if (ms !== lastMs) {
    lastMs = ms
    lastIso = new Date(ms).toISOString()
  }
  return lastIso
}
