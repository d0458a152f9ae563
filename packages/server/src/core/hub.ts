import { type Draft, type From, formatPosition, type Topic } from '@telltale/contract'
import { type Cancel, every } from '../async/clock.ts'
import type { MaybePromise } from '../async/maybe-promise.ts'
import type { Appended, LogPolicy } from '../seams/backplane.ts'
import type { Channel } from './channel.ts'
import { Cursor } from './cursor.ts'
import { type Domain, foldEntries } from './domain.ts'
import { createMatcher, type Filter } from './filter.ts'
import { type ChannelParts, type OpenChannel, openChannel } from './open-channel.ts'
import { OpenReader } from './open-reader.ts'
import { resolveStart } from './start.ts'

interface Held<TEvent, TUpdate, TState> {
  readonly opening: Promise<OpenChannel<TEvent, TUpdate, TState>>
  /** Readers that have it, or wait for it. */
  holds: number
  /** What its readers do at their end. */
  readonly leave: (reader: OpenReader<TEvent, TUpdate, TState>) => void
}

/** How often windows nobody writes to are looked at, for entries that have expired. */
const sweepIntervalMs = 60_000

/** Connects readers on this node with the logs of the backplane: a window for each topic that somebody here listens to. */
export class Hub<TEvent, TUpdate, TState> {
  readonly domain: Domain<TEvent, TUpdate, TState>
  readonly #parts: ChannelParts<TEvent, TUpdate, TState>
  readonly #policy: LogPolicy<TEvent, TState>
  readonly #held = new Map<Topic, Held<TEvent, TUpdate, TState>>()
  readonly #open = new Map<Topic, OpenChannel<TEvent, TUpdate, TState>>()
  readonly #stopSweep: Cancel
  #readers = 0

  constructor(parts: Omit<ChannelParts<TEvent, TUpdate, TState>, 'matcher'>) {
    const { domain } = parts
    this.domain = domain
    this.#parts = { ...parts, matcher: createMatcher(domain.spec) }
    this.#policy = {
      retention: domain.spec.retention,
      fold: (state, entries, position) => foldEntries(domain, state, entries, formatPosition(position)),
      sizeOf: (state) => domain.sizeOf(state),
    }
    this.#stopSweep = every(parts.clock, sweepIntervalMs, () => {
      for (const { channel } of this.#open.values()) channel.trim()
    })
  }

  /** How many topics have readers here, and how many readers there are. */
  get size(): { topics: number; readers: number } {
    return { topics: this.#held.size, readers: this.#readers }
  }

  /** Numbers, keeps and fans out drafts, in one step. */
  append(topic: Topic, drafts: readonly Draft<TEvent>[]): MaybePromise<Appended> {
    return this.#parts.backplane.append(topic, drafts, this.#policy)
  }

  /** The fold at the head of a topic, for a filter. */
  async snapshot(topic: Topic, filter: Filter): Promise<TState> {
    const reader = await this.open(topic, filter, 'live')
    try {
      return reader.channel.window.snapshot(filter.types)
    } finally {
      reader.close()
    }
  }

  /**
   * Gives a reader its place; the topic's window is opened for the first and closed after the last. One that goes on with
   * another filter than before gets the state at its place, too.
   */
  async open(topic: Topic, filter: Filter, from: From, isChange = false): Promise<OpenReader<TEvent, TUpdate, TState>> {
    const held = this.#hold(topic)
    try {
      const open = await held.opening
      this.#open.set(topic, open)
      return this.#enter(topic, held.leave, open.channel, filter, from, isChange)
    } catch (error) {
      this.#letGo(topic, held)
      throw error
    }
  }

  /** Whether every reader here has been shown everything, as far as its gate lets it. */
  get isServed(): boolean {
    for (const { channel } of this.#open.values()) {
      for (const cursor of channel.cursors) if (cursor.seen < channel.window.head) return false
    }
    return true
  }

  /** Wakes every reader now, without waiting for a pulse. */
  wake(): void {
    for (const { channel } of this.#open.values()) channel.wake()
  }

  /** Ends timers and windows; the backplane is its owner's to end. */
  dispose(): void {
    this.#stopSweep()
    for (const open of this.#open.values()) open.close()
    this.#open.clear()
    this.#held.clear()
  }

  #enter(
    topic: Topic,
    leave: Held<TEvent, TUpdate, TState>['leave'],
    channel: Channel<TEvent, TUpdate, TState>,
    filter: Filter,
    from: From,
    isChange: boolean,
  ): OpenReader<TEvent, TUpdate, TState> {
    const start = resolveStart(channel.window, filter, from, isChange)
    const cursor = new Cursor(
      { window: channel.window, after: start.from, told: start.told, seen: start.seen },
      filter,
      this.#parts.matcher,
    )
    channel.cursors.add(cursor)
    const { emit } = this.#parts
    emit('reader.opened', { readers: ++this.#readers })
    if (!isChange && typeof from === 'object' && 'after' in from) {
      emit('reader.resumed', { outcome: start.gap ? 'gap' : 'continued' })
    }
    return new OpenReader({ topic, channel, cursor, start }, leave)
  }

  #leave({ topic, channel, cursor }: OpenReader<TEvent, TUpdate, TState>, held: Held<TEvent, TUpdate, TState>): void {
    channel.cursors.delete(cursor)
    this.#parts.emit('reader.closed', { readers: --this.#readers })
    this.#letGo(topic, held)
  }

  #hold(topic: Topic): Held<TEvent, TUpdate, TState> {
    let held = this.#held.get(topic)
    if (!held) {
      const opened: Held<TEvent, TUpdate, TState> = {
        opening: openChannel(topic, this.#parts),
        holds: 0,
        leave: (reader) => this.#leave(reader, opened),
      }
      held = opened
      this.#held.set(topic, held)
    }
    held.holds++
    return held
  }

  #letGo(topic: Topic, held: Held<TEvent, TUpdate, TState>): void {
    if (--held.holds > 0 || this.#held.get(topic) !== held) return
    this.#held.delete(topic)
    this.#open.get(topic)?.close()
    this.#open.delete(topic)
  }
}
