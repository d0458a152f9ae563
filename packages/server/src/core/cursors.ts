import { SmallMap, SmallSet } from '../async/small.ts'
import type { Cursor } from './cursor.ts'
import type { Filter } from './filter.ts'

/** The cursors of a channel. Those with the same filter follow each other, so that they share what was read last. */
export class Cursors<TEvent, TUpdate, TState> implements Iterable<Cursor<TEvent, TUpdate, TState>> {
  readonly #byFilter = new SmallMap<Filter, SmallSet<Cursor<TEvent, TUpdate, TState>>>()

  /** Whether one of them may read what another has read. Who was left alone by others is still taken for many. */
  get areMany(): boolean {
    return !this.#byFilter.only?.only
  }

  add(cursor: Cursor<TEvent, TUpdate, TState>): void {
    let own = this.#byFilter.get(cursor.filter)
    if (!own) {
      own = new SmallSet()
      this.#byFilter.set(cursor.filter, own)
    }
    own.add(cursor)
  }

  delete(cursor: Cursor<TEvent, TUpdate, TState>): void {
    const own = this.#byFilter.get(cursor.filter)
    if (own?.delete(cursor) && own.size === 0) this.#byFilter.delete(cursor.filter)
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
