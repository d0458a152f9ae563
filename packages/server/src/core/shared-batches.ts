import type { SharedBatch } from './batch.ts'
import type { Reading } from './slice.ts'

/** Most bytes of batches that are remembered for readers who come to the same place later, and most batches. */
const bytesMax = 1_048_576
const countMax = 16
/** A small batch takes more to be remembered than to be made anew. */
const smallMax = 8
const smallCountMax = 2

/** The batches that were read last, newest at the end. */
export class SharedBatches<TEvent, TUpdate> {
  // A list: a map that things go into at one end and out of at the other keeps its dead alive through its old tables.
  readonly #recent: SharedBatch<TEvent, TUpdate>[] = []
  #bytes = 0

  /** What was read at a place with an equal filter, if nothing came behind it since. */
  find({ seen, filter: { mask, rankMin }, conflate }: Reading, head: number): SharedBatch<TEvent, TUpdate> | null {
    for (let index = this.#recent.length - 1; index >= 0; index--) {
      const batch = this.#recent[index]
      if (!batch || batch.reading.seen !== seen) continue
      const { reading, slice } = batch
      if (reading.filter.mask !== mask || reading.filter.rankMin !== rankMin || reading.conflate !== conflate) continue
      if (slice.end !== 'head' || slice.to === head) return batch
    }
    return null
  }

  keep(batch: SharedBatch<TEvent, TUpdate>): void {
    this.#recent.push(batch)
    this.#bytes += batch.slice.sizeBytes
    const most = batch.slice.entries.length < smallMax ? smallCountMax : countMax
    while (this.#recent.length > 1 && (this.#bytes > bytesMax || this.#recent.length > most)) this.#dropOldest()
  }

  /** Forgets what ends at an offset or before it. */
  forgetTo(offset: number): void {
    for (let oldest = this.#recent[0]; oldest && oldest.slice.to <= offset; oldest = this.#recent[0]) this.#dropOldest()
  }

  #dropOldest(): void {
    this.#bytes -= this.#recent.shift()?.slice.sizeBytes ?? 0
  }
}
