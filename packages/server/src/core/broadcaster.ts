import type { Topic } from '@telltale/contract'
import { type Drained, type Sheddable, SheddingQueue } from '@telltale/contract/producer'
import type { Cancel, Clock } from '../async/clock.ts'
import { isPromise, type MaybePromise } from '../async/maybe-promise.ts'
import type { Emit } from '../telemetry/events.ts'
import { countItems, shedFrom } from './backlog.ts'

/** What waits in the broadcaster: something of a topic. */
export interface Queued extends Sheddable {
  readonly group: Topic
}

/** What a topic is given at a drain, in order. */
export type Delivery<TItem> = readonly Drained<TItem>[]

/** What a broadcaster is made of. */
export interface BroadcasterParts<TItem> {
  readonly clock: Clock
  readonly emit: Emit
  /** Most items that wait, in the queue and behind slow topics together. */
  readonly queueLimit: number
  /**
   * Takes a topic's items, the first of which waits since a time of the monotonic clock. A topic gets its next only after
   * the promise has settled; what it throws stops nobody else.
   */
  deliver(topic: Topic, items: Delivery<TItem>, since: number): MaybePromise<void>
  /** An item was shed. Answers whether readers are to be told, or its producer was. */
  onShed(item: TItem): boolean
  /** What telemetry calls the kind of an item. */
  labelOf(item: TItem): string
}

/** What waits behind a topic's delivery, and since when. */
interface Backlog<TItem> {
  items: Drained<TItem>[]
  since: number
}

/** How much of the room may be taken by what waits behind topics that are slow. */
const heldPart = 0.5

/**
 * The producers' bounded queue. It is emptied at the end of every turn of the event loop, whatever it holds, and
 * handed on topic by topic in order. Putting something in never waits and never throws.
 */
export class Broadcaster<TItem extends Queued> {
  readonly #parts: BroadcasterParts<TItem>
  readonly #queue: SheddingQueue<TItem>
  /** Topics whose last delivery has not settled, with what came since. */
  readonly #busy = new Map<Topic, Backlog<TItem>>()
  #held = 0
  /** When the first item of this turn came. */
  #since = 0
  #shed = new Map<string, number>()
  #cancelDrain: Cancel | null = null
  #idle: Array<() => void> = []
  readonly #drainNow = (): void => this.drain()

  constructor(parts: BroadcasterParts<TItem>) {
    this.#parts = parts
    this.#queue = new SheddingQueue(parts.queueLimit, (item) => this.#onShed(item))
  }

  /** How many items wait. */
  get depth(): number {
    return this.#queue.size + this.#held
  }

  /** Whether one more would make something be shed. */
  get isFull(): boolean {
    return this.depth >= this.#parts.queueLimit
  }

  /** Puts an item in; when the queue is full something less important goes. */
  push(item: TItem): void {
    this.#queue.push(item, this.#held)
    if (this.#cancelDrain) return
    const { clock, emit } = this.#parts
    if (!emit.isSilent) this.#since = clock.monotonic()
    this.#cancelDrain = clock.soon(this.#drainNow)
  }

  /** Hands everything on now. */
  drain(): void {
    this.#cancelDrain?.()
    this.#cancelDrain = null
    const { depth } = this
    // Handing on may put something new in, which begins to wait then.
    const since = this.#since
    const drained = this.#queue.drain()
    if (drained.length === 0) return
    this.#tellShed()
    const { emit, queueLimit } = this.#parts
    const [first] = drained
    const byTopic = first && drained.length === 1 ? null : groupByTopic(drained)
    if (!emit.isSilent) {
      emit('broadcaster.drained', { count: drained.length, topics: byTopic?.size ?? 1, depth, queueLimit })
    }
    if (byTopic) for (const [topic, items] of byTopic) this.#handOn(topic, items, since)
    else if (first) this.#handOn(topicOf(first), drained, since)
  }

  /** Settles when nothing waits any more. */
  async flush(): Promise<void> {
    this.drain()
    if (this.#busy.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  #handOn(topic: Topic, items: Drained<TItem>[], since: number): void {
    const backlog = this.#busy.get(topic)
    if (backlog) {
      if (backlog.items.length === 0) backlog.since = since
      backlog.items.push(...items)
      this.#held += countItems(items)
      this.#limit(backlog)
      return
    }
    const delivered = this.#deliver(topic, items, since)
    if (isPromise(delivered)) {
      this.#busy.set(topic, { items: [], since })
      void delivered.finally(() => this.#handOnRest(topic))
    }
  }

  /** What waits behind slow topics has half of the room: all others go on having the rest. */
  #limit(backlog: Backlog<TItem>): void {
    const excess = this.#held - Math.ceil(this.#parts.queueLimit * heldPart)
    if (excess <= 0) return
    const before = countItems(backlog.items)
    backlog.items = shedFrom(backlog.items, excess, (item) => this.#onShed(item))
    this.#held -= before - countItems(backlog.items)
    this.#tellShed()
  }

  #onShed(item: TItem): boolean {
    const parts = this.#parts
    if (!parts.emit.isSilent) this.#countShed(parts.labelOf(item))
    return parts.onShed(item)
  }

  #handOnRest(topic: Topic): void {
    const backlog = this.#busy.get(topic)
    this.#busy.delete(topic)
    if (backlog && backlog.items.length > 0) {
      this.#held -= countItems(backlog.items)
      this.#handOn(topic, backlog.items, backlog.since)
    }
    if (this.#busy.size > 0) return
    const idle = this.#idle
    this.#idle = []
    for (const resolve of idle) resolve()
  }

  #deliver(topic: Topic, items: Drained<TItem>[], since: number): MaybePromise<void> {
    const fail = (error: unknown): void =>
      this.#parts.emit('backplane.failed', { operation: 'append', count: items.length, error })
    try {
      const delivered = this.#parts.deliver(topic, items, since)
      return isPromise(delivered) ? delivered.catch(fail) : undefined
    } catch (error) {
      fail(error)
    }
  }

  #countShed(label: string): void {
    this.#shed.set(label, (this.#shed.get(label) ?? 0) + 1)
  }

  #tellShed(): void {
    if (this.#shed.size === 0) return
    for (const [category, count] of this.#shed) this.#parts.emit('broadcaster.shed', { category, count })
    this.#shed = new Map()
  }
}

function groupByTopic<TItem extends Queued>(drained: Drained<TItem>[]): Map<Topic, Drained<TItem>[]> {
  const byTopic = new Map<Topic, Drained<TItem>[]>()
  let last: Topic | null = null
  let items: Drained<TItem>[] = []
  for (const entry of drained) {
    const topic = topicOf(entry)
    // Most updates of a turn are about the conversation of the one before.
    if (topic !== last) {
      last = topic
      items = byTopic.get(topic) ?? []
      byTopic.set(topic, items)
    }
    items.push(entry)
  }
  return byTopic
}

function topicOf<TItem extends Queued>(entry: Drained<TItem>): Topic {
  // A loss was counted under its items' group, which is a topic.
  return entry.loss ? (entry.loss.group as Topic) : entry.item.group
}
