import type { JsonObject, PositionedFrame, PresenceFrame, PresenceMember, Topic } from '@telltale/contract'
import { isPromise, type MaybePromise } from '../async/maybe-promise.ts'
import { type Random, randomName } from '../async/random.ts'
import { SmallMap } from '../async/small.ts'
import type { Identity } from '../seams/access.ts'
import type { PresenceEntry } from '../seams/presence-store.ts'
import type { Session } from '../seams/session.ts'
import type { Emit } from '../telemetry/events.ts'
import { PresenceFeed, type PresenceFeedParts } from './presence-feed.ts'
import { type PresenceReaderOptions, readPresence } from './presence-reader.ts'
import { PresenceRoster } from './presence-roster.ts'

/** Whoever may watch: a connection, and who is behind it. */
export type Watcher = Pick<Session, 'identity' | 'transport'>

/** What a tracker is made of. */
export interface PresenceTrackerParts extends PresenceFeedParts {
  readonly random: Random
  readonly emit: Emit
  /** What others are told of somebody. */
  readonly infoOf: (identity: Identity) => JsonObject | undefined
}

interface Watch {
  readonly entry: PresenceEntry
  streams: number
}

interface HeldFeed {
  readonly feed: PresenceFeed
  readers: number
}

/**
 * Knows which connections of this node watch which topics: one entry a connection, however many streams it has there. All
 * it holds is of streams that are open.
 */
export class PresenceTracker {
  readonly #parts: PresenceTrackerParts
  readonly #watches = new Map<Topic, SmallMap<Watcher, Watch>>()
  readonly #feeds = new Map<Topic, HeldFeed>()
  /** How many connections each member has here, by topic and user. */
  readonly #members = new Map<string, number>()
  /** What a connection is called to others: its own name, made for that. */
  readonly #names = new WeakMap<Watcher, string>()
  #generation = 0

  constructor(parts: PresenceTrackerParts) {
    this.#parts = parts
  }

  /** How much is held. */
  get size(): { topics: number; feeds: number; members: number } {
    return { topics: this.#watches.size, feeds: this.#feeds.size, members: this.#members.size }
  }

  /** A connection has one more stream on a topic; the answer takes that back, once. Callers in this process are nobody. */
  join(topic: Topic, watcher: Watcher): () => void {
    const { transport } = watcher
    if (!transport) return nothing
    const ofTopic = this.#watches.get(topic) ?? new SmallMap<Watcher, Watch>()
    this.#watches.set(topic, ofTopic)
    const watch = ofTopic.get(watcher) ?? this.#begin(topic, watcher, transport)
    ofTopic.set(watcher, watch)
    watch.streams++
    let isOpen = true
    return () => {
      if (isOpen) this.#leave(topic, watcher)
      isOpen = false
    }
  }

  /** Everybody who is known here to watch a topic, now. */
  members(topic: Topic): readonly PresenceMember[] {
    return new PresenceRoster(this.#parts.store.entries(topic)).members()
  }

  /** The frames of a reader: the whole state, then what changes. Ends when the signal aborts. */
  read(topic: Topic, options: PresenceReaderOptions): AsyncGenerator<PositionedFrame<PresenceFrame>, void, undefined> {
    const streamId = randomName(this.#parts.random, 12)
    return readPresence(() => this.#enter(topic), { ...options, streamId })
  }

  /** Ends every reader. */
  dispose(): void {
    for (const { feed } of this.#feeds.values()) {
      feed.close()
      feed.wake()
    }
  }

  #begin(topic: Topic, watcher: Watcher, transport: 'websocket' | 'sse'): Watch {
    const { store, clock, random, emit, infoOf } = this.#parts
    const { identity } = watcher
    const connectionId = this.#names.get(watcher) ?? randomName(random, 12)
    this.#names.set(watcher, connectionId)
    const info = infoOf(identity)
    const entry: PresenceEntry = Object.freeze({
      userId: identity.userId,
      ...(info && { info }),
      meta: Object.freeze({ connectionId, joinedAt: new Date(clock.now()).toISOString(), transport }),
      generation: ++this.#generation,
    })
    this.#settle(store.join(topic, entry))
    if (this.#count(topic, entry, 1) === 1) emit('presence.joined', { members: this.#members.size })
    return { entry, streams: 0 }
  }

  #leave(topic: Topic, watcher: Watcher): void {
    const ofTopic = this.#watches.get(topic)
    const watch = ofTopic?.get(watcher)
    if (!ofTopic || !watch || --watch.streams > 0) return
    ofTopic.delete(watcher)
    if (ofTopic.size === 0) this.#watches.delete(topic)
    this.#end(topic, watch)
  }

  #end(topic: Topic, { entry }: Watch): void {
    const { store, emit } = this.#parts
    this.#settle(store.leave(topic, entry.meta.connectionId, entry.generation))
    if (this.#count(topic, entry, -1) === 0) emit('presence.left', { members: this.#members.size })
  }

  #count(topic: Topic, { userId }: PresenceEntry, by: 1 | -1): number {
    // A topic has no space in it.
    const name = `${topic} ${userId}`
    const count = (this.#members.get(name) ?? 0) + by
    if (count === 0) this.#members.delete(name)
    else this.#members.set(name, count)
    return count
  }

  #enter(topic: Topic): { feed: PresenceFeed; leave: () => void } {
    const held = this.#feeds.get(topic) ?? { feed: new PresenceFeed(topic, this.#parts), readers: 0 }
    this.#feeds.set(topic, held)
    held.readers++
    const leave = (): void => {
      if (--held.readers > 0) return
      held.feed.close()
      if (this.#feeds.get(topic) === held) this.#feeds.delete(topic)
    }
    return { feed: held.feed, leave }
  }

  /** Nobody waits for the store: what it could not do is told. */
  #settle(done: MaybePromise<void>): void {
    if (!isPromise(done)) return
    done.catch((error: unknown) => this.#parts.emit('error.internal', { errorId: '', path: 'presence', error }))
  }
}

function nothing(): void {
  // There is nothing to take back.
}
