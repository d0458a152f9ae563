import type { EventDraft, Priority } from '@telltale/contract'
import type { StatusEvent } from './encode.ts'

/** What is set of a {@link StatusDraft} when it is made. */
export type StatusDraftParts = Omit<EventDraft<StatusEvent>, 'kind' | 'event'>

/** An update that is fit to be numbered: its JSON, and what the engine has to know of it. */
export class StatusDraft implements EventDraft<StatusEvent> {
  readonly kind = 'event'
  readonly id: string
  readonly type: string
  readonly key: string | undefined
  readonly priority: Priority
  readonly isFinal: boolean | undefined
  readonly passesFloor: boolean | undefined
  readonly mustFold: boolean | undefined
  readonly at: number
  readonly body: string
  readonly dedupe: string | undefined
  /** Its place; given by the log. */
  readonly offset = 0
  readonly nonce = 0

  constructor({ id, type, key, priority, isFinal, passesFloor, mustFold, at, body, dedupe }: StatusDraftParts) {
    this.id = id
    this.type = type
    this.key = key
    this.priority = priority
    this.isFinal = isFinal
    this.passesFloor = passesFloor
    this.mustFold = mustFold
    this.at = at
    this.body = body
    this.dedupe = dedupe
  }

  /** Read out of its JSON by whoever wants to see it, which most updates never are in this process. */
  get event(): StatusEvent {
    return JSON.parse(`{${this.body}`) as StatusEvent
  }
}
