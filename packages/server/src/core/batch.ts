import type { BatchFrame, Counts, PositionedFrame } from '@telltale/contract'
import type { Domain } from './domain.ts'
import { placeFrame } from './placed.ts'
import type { Reading, Slice } from './slice.ts'

/** How many updates there are, in all and by type. */
export interface Tally {
  readonly count: number
  readonly counts: Counts
}

/** WebSocket and event stream, of our root and of an app's. */
const closingsMax = 4

/** A slice for all readers who stand at the same place with an equal filter: what is made of it is made once. */
export class SharedBatch<TEvent = unknown, TUpdate = unknown> {
  readonly slice: Slice<TEvent>
  readonly reading: Reading
  readonly position: string
  readonly #domain: Pick<Domain<TEvent, TUpdate, unknown>, 'toUpdate'>
  #updates: readonly TUpdate[] | null = null
  #encoded: { readonly closing: string; readonly content: string | Buffer }[] | null = null
  #tally: Tally | null = null
  #frame: SharedFrame<TEvent, TUpdate> | null = null

  constructor(
    slice: Slice<TEvent>,
    reading: Reading,
    position: string,
    domain: Pick<Domain<TEvent, TUpdate, unknown>, 'toUpdate'>,
  ) {
    this.slice = slice
    this.reading = reading
    this.position = position
    this.#domain = domain
  }

  /** The batch for readers whose last frame was at `after`; almost always all of them. */
  frame(after: string): SharedFrame<TEvent, TUpdate> {
    const known = this.#frame
    if (known && known.after === after) return known
    const created = new SharedFrame(this, after)
    this.#frame = created
    return created
  }

  /** The JSON array of the updates, and what closes the message behind it. */
  encode(closing: string): string {
    let text = '['
    let separator = ''
    for (const { offset, body } of this.slice.entries) {
      text += `${separator}{"offset":${offset},${body}`
      separator = ','
    }
    return `${text}]${closing}`
  }

  /** What was kept of {@link encode}. */
  encoded(closing: string): string | Buffer | null {
    return this.#encoded?.find((kept) => kept.closing === closing)?.content ?? null
  }

  /** Keeps it for readers who come later, for as many ways to close a message as there usually are. */
  keep(closing: string, content: string | Buffer): void {
    this.#encoded ??= []
    if (this.#encoded.length < closingsMax) this.#encoded.push({ closing, content })
  }

  get tally(): Tally {
    this.#tally ??= this.#count()
    return this.#tally
  }

  /** The updates as data, for readers in this process: sockets get the bytes. */
  get updates(): readonly TUpdate[] {
    this.#updates ??= Object.freeze(this.slice.entries.map((entry) => this.#domain.toUpdate(entry)))
    return this.#updates
  }

  #count(): Tally {
    const counts: Record<string, number> = {}
    for (const { type } of this.slice.entries) counts[type] = (counts[type] ?? 0) + 1
    return Object.freeze({ count: this.slice.entries.length, counts: Object.freeze(counts) })
  }
}

/**
 * A batch in its place between frames. The frame itself is made when somebody in this process looks at it. It is no part
 * of this object on purpose: a getter made anew for each frame would be a hidden class of its own, which lives, with all
 * that it holds, until the next full garbage collection.
 */
export class SharedFrame<TEvent = unknown, TUpdate = unknown> implements PositionedFrame<BatchFrame<TUpdate>> {
  readonly batch: SharedBatch<TEvent, TUpdate>
  readonly after: string
  #frame: BatchFrame<TUpdate> | null = null

  constructor(batch: SharedBatch<TEvent, TUpdate>, after: string) {
    this.batch = batch
    this.after = after
  }

  get position(): string {
    return this.batch.position
  }

  get frame(): BatchFrame<TUpdate> {
    this.#frame ??= this.#createFrame()
    return this.#frame
  }

  #createFrame(): BatchFrame<TUpdate> {
    const { updates, slice, position } = this.batch
    const { skipped } = slice
    return placeFrame({ type: 'batch', after: this.after, ...(skipped && { skipped }), updates }, position).frame
  }
}
