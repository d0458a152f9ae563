import {
  type AnyContract,
  checkMetadata,
  defaultPriority,
  type ErrorCode,
  type EventDraft,
  isPlainObject,
  isSpanEnd,
  isTopicId,
  type JsonCopy,
  type JsonObject,
  type Priority,
  type Span,
  TelltaleError,
} from '@telltale/contract'
import type { TelemetryEvents } from '../telemetry/events.ts'
import { encodeEvent, isoTime, type StatusEvent } from './encode.ts'
import { cutText, fits, type PayloadLimits } from './limits.ts'

/** An update as its producer said it, copied and stamped, not yet checked. */
export interface RawUpdate {
  readonly conversationId: string
  readonly category: string
  readonly text: string
  readonly metadata: JsonCopy
  readonly at: number
  readonly id?: string | undefined
  /** The app's own key. */
  readonly appKey?: string | undefined
  readonly priority?: Priority | undefined
  readonly dedupe?: string | undefined
  /** The whole state of the span it is an update of. */
  readonly span?: Span | undefined
  /** A later update of the span says all that this one says. */
  readonly isReplaceable?: boolean | undefined
  /** The span it was said in. */
  readonly spanId?: string | undefined
  /** Over the network text that is too long is refused; in process it is cut. */
  readonly isStrict: boolean
}

type Reason = TelemetryEvents['update.rejected']['reason']

/** An update that is fit to be numbered, or why it is not. */
export type Prepared =
  | { readonly ok: true; readonly draft: EventDraft<StatusEvent>; readonly wasCut: boolean }
  | { readonly ok: false; readonly reason: Reason; readonly error: TelltaleError }

const refused = (reason: Reason, code: ErrorCode, message: string): Prepared => ({
  ok: false,
  reason,
  error: new TelltaleError(code, message),
})

/** Checks an update against the contract and the limits, and encodes it once for all its readers. Pure but for the id. */
export function prepareUpdate(
  contract: AnyContract,
  limits: PayloadLimits,
  raw: RawUpdate,
  nextId: () => string,
): Prepared {
  if (!isTopicId(raw.conversationId)) {
    return refused('conversation', 'INVALID_INPUT', 'conversationId must be 1 to 128 of A-Z a-z 0-9 _ . : @ -')
  }
  if (!Object.hasOwn(contract.categories, raw.category)) {
    return refused(
      'category',
      'UNKNOWN_CATEGORY',
      `the contract has no category '${String(raw.category).slice(0, 64)}'`,
    )
  }
  if (!raw.metadata.ok) return refused('data', 'INVALID_METADATA', `metadata: ${raw.metadata.problem}`)
  if (!isPlainObject(raw.metadata.value)) return refused('data', 'INVALID_METADATA', 'metadata must be an object')
  const checked = checkMetadata(contract, raw.category, raw.metadata.value as JsonObject)
  if (!checked.ok) return refused('metadata', 'INVALID_METADATA', `metadata of ${raw.category}: ${checked.problem}`)
  return encodeChecked(limits, raw, checked.metadata, nextId)
}

/** Encodes an update whose metadata was checked before. */
export function encodeChecked(
  limits: PayloadLimits,
  raw: RawUpdate,
  metadata: JsonObject,
  nextId: () => string,
): Prepared {
  let text = raw.text.isWellFormed() ? raw.text : raw.text.toWellFormed()
  let textJson = JSON.stringify(text)
  const wasCut = !fits(textJson, limits.textMaxBytes)
  if (wasCut) {
    if (raw.isStrict) return refused('size', 'PAYLOAD_TOO_LARGE', `text is over ${limits.textMaxBytes} bytes`)
    text = cutText(text, limits.textMaxBytes)
    textJson = JSON.stringify(text)
  }
  const metadataJson = JSON.stringify(metadata)
  if (!fits(metadataJson, limits.metadataMaxBytes)) {
    return refused('size', 'PAYLOAD_TOO_LARGE', `metadata is over ${limits.metadataMaxBytes} bytes`)
  }
  const event = createEvent(raw, text, metadata, nextId, wasCut)
  const body = encodeEvent({ event, textJson, metadataJson })
  if (!fits(body, limits.updateMaxBytes)) {
    return refused('size', 'PAYLOAD_TOO_LARGE', `the update is over ${limits.updateMaxBytes} bytes`)
  }
  const draft: EventDraft<StatusEvent> = {
    kind: 'event',
    id: event.id,
    type: raw.category,
    key: replacementKey(raw),
    priority: raw.priority ?? priorityOf(raw),
    isFinal: raw.span !== undefined && isSpanEnd(raw.span.state),
    passesFloor: raw.span !== undefined && raw.isReplaceable !== true,
    at: raw.at,
    event,
    body,
    dedupe: raw.dedupe,
  }
  return { ok: true, draft, wasCut }
}

/** Spans and the app's own keys are apart: neither can stand for the other. */
function replacementKey({ appKey, span, isReplaceable }: RawUpdate): string | undefined {
  if (span) return isReplaceable || isSpanEnd(span.state) ? `span:${span.id}` : undefined
  return appKey === undefined ? undefined : `key:${appKey}`
}

function priorityOf({ category, span }: RawUpdate): Priority {
  return span && (span.state === 'failed' || span.state === 'lost') ? 'high' : defaultPriority(category)
}

function createEvent(
  raw: RawUpdate,
  text: string,
  metadata: JsonObject,
  nextId: () => string,
  wasCut: boolean,
): StatusEvent {
  const { conversationId, category, priority, span, spanId } = raw
  const key = span ? (raw.isReplaceable ? span.id : undefined) : raw.appKey
  const event = { id: raw.id ?? nextId(), conversationId, category, text, metadata, timestamp: isoTime(raw.at) }
  if (key === undefined && priority === undefined && !span && spanId === undefined && !wasCut) return event
  return {
    ...event,
    ...(key !== undefined && { key }),
    ...(priority !== undefined && { priority }),
    ...(wasCut && { truncated: true as const }),
    ...(span ? { span } : spanId !== undefined && { spanId }),
  }
}
