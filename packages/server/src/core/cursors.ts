import { SmallMap, SmallSet } from '../async/small.ts'
import type { Cursor } from './cursor.ts'
import type { Filter } from './filter.ts'

/** The cursors of a channel. Those with the same filter follow each other, so that they share what was read last. */
export class Cursors<TEvent, TUpdate, TState> implements Iterable<Cursor<TEvent, TUpdate, TState>> {
  readonly #byFilter = new SmallMap<Filter, SmallSet<Cursor<TEvent, TUpdate, TState>>>()
  #size = 0

  get size(): number {
    return this.#size
  }

  add(cursor: Cursor<TEvent, TUpdate, TState>): void {
    let own = this.#byFilter.get(cursor.filter)
    if (!own) {
      own = new SmallSet()
      this.#byFilter.set(cursor.filter, own)
    }
    own.add(cursor)
    this.#size++
  }

  delete(cursor: Cursor<TEvent, TUpdate, TState>): void {
    const own = this.#byFilter.get(cursor.filter)
    if (!own?.delete(cursor)) return
    this.#size--
    if (own.size === 0) this.#byFilter.delete(cursor.filter)
  }

  *[Symbol.iterator](): Iterator<Cursor<TEvent, TUpdate, TState>> {
    for (const own of this.#byFilter.values()) yield* own
  }

  /** Wakes every reader. Who ends or comes meanwhile disturbs nobody. */
  wake(): void {
    const alone = this.#byFilter.only?.only
    if (alone) return alone.onWake()
    for (const own of this.#byFilter.values()) for (const cursor of own) cursor.onWake()
  }
}
