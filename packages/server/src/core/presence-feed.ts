import type { PresenceFrame, Topic } from '@telltale/contract'
import type { Clock } from '../async/clock.ts'
import { Ring } from '../async/ring.ts'
import type { PresenceChange, PresenceStore } from '../seams/presence-store.ts'
import { PresenceRoster } from './presence-roster.ts'
import { Pulse } from './pulse.ts'

/** Changes that are kept for readers who are behind; beyond it they get the whole state again. */
const changesMax = 64

/** What a feed is made of. */
export interface PresenceFeedParts {
  readonly store: PresenceStore
  readonly clock: Clock
  /** Readers of a busy topic are woken at most once in this time, in milliseconds. */
  readonly flushIntervalMs: number
}

/** What a reader is to be told, and the version it has then; no frame where what changed has changed back. */
export interface PresenceRead {
  readonly version: number
  readonly frame: PresenceFrame | null
}

/**
 * Who watches one topic, for those who read that here: a roster, and the last few changes of it. A reader is a version in
 * it, never a queue of its own; equal reads give the identical frame.
 */
export class PresenceFeed {
  /** Wakes of the readers that wait. */
  readonly wakes = new Set<() => void>()
  /** Settles when everybody is known. */
  readonly opened: Promise<void>
  readonly #pulse: Pulse
  #roster: PresenceRoster | null = null
  #changes = new Ring<PresenceChange>()
  #reads = new Map<number | null, PresenceRead>()
  #stop: (() => void) | null = null
  isClosed = false

  constructor(topic: Topic, { store, clock, flushIntervalMs }: PresenceFeedParts) {
    this.#pulse = new Pulse(clock, { flushIntervalMs, batchSize: changesMax }, () => this.wake())
    this.opened = this.#open(topic, store)
  }

  /** What is new behind a version; `null` stands for a reader that has nothing yet. */
  read(after: number | null): PresenceRead | null {
    const { head } = this.#changes
    if (!this.#roster || after === head) return null
    const from = after !== null && after >= this.#changes.base ? after : null
    let read = this.#reads.get(from)
    if (!read) {
      read = Object.freeze({ version: head, frame: this.#frame(this.#roster, from) })
      this.#reads.set(from, read)
    }
    return read
  }

  /** Lets every reader look. */
  wake(): void {
    for (const wake of this.wakes) wake()
  }

  /** Nothing changes any more. */
  close(): void {
    this.isClosed = true
    this.#pulse.stop()
    this.#stop?.()
  }

  async #open(topic: Topic, store: PresenceStore): Promise<void> {
    this.#stop = await store.watch(topic, (change) => this.#take(change))
    if (this.isClosed) this.#stop()
    this.#roster = new PresenceRoster(store.entries(topic))
  }

  #take(change: PresenceChange): void {
    // What comes before everybody is known is among those who are known then.
    if (!this.#roster) return
    this.#roster.take(change)
    this.#changes.push(change)
    this.#changes.dropTo(this.#changes.head - changesMax)
    this.#reads.clear()
    this.#pulse.touch(1, false)
  }

  #frame(roster: PresenceRoster, after: number | null): PresenceFrame | null {
    if (after === null) return Object.freeze({ type: 'state', members: roster.members() })
    const changes: PresenceChange[] = []
    for (let place = after + 1; place <= this.#changes.head; place++) {
      const change = this.#changes.at(place)
      if (change) changes.push(change)
    }
    const { joins, leaves } = roster.diff(changes)
    return joins.length + leaves.length === 0 ? null : Object.freeze({ type: 'diff', joins, leaves })
  }
}
