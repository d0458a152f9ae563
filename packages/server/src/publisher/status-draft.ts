import { type EventDraft, isSpanEnd, type Priority, type Span } from '@telltale/contract'
import type { StatusEvent } from './encode.ts'
import type { RawUpdate } from './raw-update.ts'

/** V8 keeps large numbers apart from the object that has them: times count from here. */
const startedAt = Date.now()

/** An update that is fit to be numbered: its JSON, and what the engine has to know of it. */
export class StatusDraft implements EventDraft<StatusEvent> {
  readonly kind = 'event'
  readonly type: string
  readonly key: string | undefined
  readonly priority: Priority
  readonly isFinal: boolean
  readonly passesFloor: boolean
  readonly mustFold: boolean
  readonly body: string
  readonly dedupe: string | undefined
  /** Its place; given by the log. */
  readonly offset = 0
  readonly nonce = 0
  /** When it was said, in milliseconds from {@link startedAt}. */
  readonly afterStart: number

  constructor(raw: RawUpdate, body: string) {
    const { span, priority, facts } = raw
    this.type = raw.category
    this.key = replacementKey(raw)
    this.priority = priority ?? (isFailure(span) ? 'high' : facts.priority)
    this.isFinal = span !== undefined && isSpanEnd(span.state)
    this.passesFloor = span !== undefined && raw.isReplaceable !== true
    this.mustFold = span !== undefined
    this.afterStart = raw.at - startedAt
    this.body = body
    this.dedupe = raw.dedupe
  }

  get at(): number {
    return startedAt + this.afterStart
  }

  get id(): string {
    return this.event.id
  }

  /** Read out of its JSON by whoever wants to see it, which most updates never are in this process. */
  get event(): StatusEvent {
    return JSON.parse(`{${this.body}`) as StatusEvent
  }
}

/** Spans and the app's own keys are apart: neither can stand for the other. */
function replacementKey({ appKey, span, isReplaceable }: RawUpdate): string | undefined {
  if (span) return isReplaceable || isSpanEnd(span.state) ? `span:${span.id}` : undefined
  return appKey === undefined ? undefined : `key:${appKey}`
}

function isFailure(span: Span | undefined): boolean {
  return span !== undefined && (span.state === 'failed' || span.state === 'lost')
}
