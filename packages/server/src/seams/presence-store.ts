import type { JsonObject, PresenceMeta, Topic } from '@telltale/contract'
import type { MaybePromise } from '../async/maybe-promise.ts'

/** A connection that watches a topic, and whose it is. */
export interface PresenceEntry {
  readonly userId: string
  readonly info?: JsonObject
  readonly meta: PresenceMeta
  /** Grows with every join of a node: a leave takes back its own join, and none that came after it. */
  readonly generation: number
}

/** What happened to an entry. */
export interface PresenceChange {
  readonly type: 'join' | 'leave'
  readonly entry: PresenceEntry
}

/**
 * The seam between nodes for who watches what. What can answer at once does so without a promise. A topic without entries
 * and listeners takes no room.
 */
export interface PresenceStore {
  /** Puts an entry in; an older one of the same connection goes, and a newer one stays. */
  join(topic: Topic, entry: PresenceEntry): MaybePromise<void>
  /** Takes out the entry of a connection, if it is still of this generation. */
  leave(topic: Topic, connectionId: string, generation: number): MaybePromise<void>
  /** Everybody who is known here to watch a topic; all of them while somebody here listens to it. */
  entries(topic: Topic): readonly PresenceEntry[]
  /** From when it has answered, `entries` has everybody, and the listener hears of each change after it was made. */
  watch(topic: Topic, listener: (change: PresenceChange) => void): MaybePromise<() => void>
  /** Ends timers and connections. Again does nothing. */
  dispose(): MaybePromise<void>
}
