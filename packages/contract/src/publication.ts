import type { EventHead } from './event.ts'
import type { Counts } from './frame.ts'

/** An event that is ready to be numbered. Some of it may be made only when it is asked for, which a copy by spreading forgets. */
export interface EventDraft<TEvent = unknown> extends EventHead {
  readonly kind: 'event'
  /** When it happened, in milliseconds since 1970. */
  readonly at: number
  /** The event as data; it has no offset yet. Read out of `body` each time, where nobody needs it else. */
  readonly event: TEvent
  /** The same as JSON text, but for the brace it begins with, so that its offset can stand first: `"id":…}`. Encoded once for all readers. */
  readonly body: string
  /** A fold has to see it even when a later one of its type follows. */
  readonly mustFold?: boolean | undefined
  /** Who said it and how they named it: the same again within the window of idempotency is not a second event. */
  readonly dedupe?: string | undefined
}

/** Says what overflow shed at this place of the order, by type. */
export interface LossDraft {
  readonly kind: 'loss'
  readonly at: number
  readonly counts: Counts
  /** As of an event: a loss that is told again is not a second one. */
  readonly dedupe?: string | undefined
}

/** What a producer's node hands to the backplane. */
export type Draft<TEvent = unknown> = EventDraft<TEvent> | LossDraft

/** A draft that was accepted: it has its place in the log. */
export type Publication<TEvent = unknown> = (EventDraft<TEvent> | LossDraft) & {
  readonly offset: number
  readonly nonce: number
}
