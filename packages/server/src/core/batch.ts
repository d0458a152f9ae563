import type { BatchFrame, Counts, PositionedFrame } from '@telltale/contract'
import type { Domain } from './domain.ts'
import { placeFrame } from './placed.ts'
import type { Slice } from './slice.ts'

/** The updates of a batch as JSON text, encoded once for all readers. */
export interface SharedText {
  /** `[…]`: the JSON array of the updates. */
  readonly text: string
}

/** How many updates there are, in all and by type. */
export interface Tally {
  readonly count: number
  readonly counts: Counts
}

const batches = new WeakMap<object, SharedText & { readonly tally: Tally }>()

/** The shared text of a batch frame that this engine made; `null` for any other value. */
export function sharedTextOf(frame: object): SharedText | null {
  return batches.get(frame) ?? null
}

/** How many updates a batch frame that this engine made brings; counted once for all readers. */
export function tallyOf(frame: object): Tally | null {
  return batches.get(frame)?.tally ?? null
}

/** A slice as frames: equal reads get the identical object. */
export class SharedBatch<TEvent, TUpdate> {
  readonly slice: Slice<TEvent>
  readonly position: string
  readonly sizeBytes: number
  readonly #domain: Pick<Domain<TEvent, TUpdate, unknown>, 'toUpdate'>
  #updates: readonly TUpdate[] | null = null
  #text: string | null = null
  #tally: Tally | null = null
  #frame: PositionedFrame<BatchFrame<TUpdate>> | null = null

  constructor(slice: Slice<TEvent>, position: string, domain: Pick<Domain<TEvent, TUpdate, unknown>, 'toUpdate'>) {
    this.slice = slice
    this.position = position
    this.#domain = domain
    this.sizeBytes = slice.entries.reduce((sum, entry) => sum + entry.body.length, 0)
  }

  /** The batch for readers whose last frame was at `after`; almost always all of them. */
  frame(after: string): PositionedFrame<BatchFrame<TUpdate>> {
    const known = this.#frame
    if (known && known.frame.after === after) return known
    const created = this.#createFrame(after)
    this.#frame = created
    return created
  }

  get text(): string {
    this.#text ??= this.#encode()
    return this.#text
  }

  get tally(): Tally {
    this.#tally ??= this.#count()
    return this.#tally
  }

  get updates(): readonly TUpdate[] {
    this.#updates ??= Object.freeze(this.slice.entries.map((entry) => this.#domain.toUpdate(entry.event, entry.offset)))
    return this.#updates
  }

  #createFrame(after: string): PositionedFrame<BatchFrame<TUpdate>> {
    const readUpdates = (): readonly TUpdate[] => this.updates
    const { skipped } = this.slice
    // The updates are made only when somebody in this process looks: sockets get the text.
    const frame: BatchFrame<TUpdate> = {
      type: 'batch',
      after,
      get updates() {
        return readUpdates()
      },
      ...(skipped && { skipped }),
    }
    batches.set(frame, this)
    return placeFrame(frame, this.position)
  }

  #count(): Tally {
    const counts: Record<string, number> = {}
    for (const { type } of this.slice.entries) counts[type] = (counts[type] ?? 0) + 1
    return Object.freeze({ count: this.slice.entries.length, counts: Object.freeze(counts) })
  }

  #encode(): string {
    // A body is the JSON of an object without its offset; the offset goes in front.
    let text = '['
    for (const entry of this.slice.entries)
      text += `${text === '[' ? '' : ','}{"offset":${entry.offset},${entry.body.slice(1)}`
    return `${text}]`
  }
}
