/** What came, in order, for consumers who pull: the newest events, and a cursor for each consumer. */
export class EventLog<T> {
  readonly #limit: number
  readonly #countOf: (event: T) => number
  #events: T[] = []
  /** How many events were dropped at the front so far. */
  #base = 0
  readonly #cursors = new Set<{ place: number; missed: number }>()
  readonly #waiters = new Set<() => void>()
  #end: { error: unknown } | 'done' | null = null

  /** @param countOf how much an event counts for when a slow consumer misses it. */
  constructor(limit: number, countOf: (event: T) => number) {
    this.#limit = limit
    this.#countOf = countOf
  }

  push(events: readonly T[]): void {
    this.#events.push(...events)
    // Cut in one piece now and then: moving the rest for every event would cost more.
    if (this.#events.length > this.#limit * 2) {
      const dropped = this.#events.length - this.#limit
      for (const cursor of this.#cursors) cursor.missed += this.#countMissed(cursor.place, dropped)
      this.#events = this.#events.slice(dropped)
      this.#base += dropped
    }
    this.#wake()
  }

  /** Ends every consumer after what is still here: with an error, or just so. */
  end(end: { error: unknown } | 'done'): void {
    this.#end = end
    this.#wake()
  }

  /** Goes on after an end, for consumers who come from now on. */
  reopen(): void {
    this.#end = null
  }

  /** The events from now on. When the consumer is so slow that events were dropped, `missed` makes the one that says so. */
  async *read(signal: AbortSignal, missed: (count: number) => T): AsyncGenerator<T, void, undefined> {
    const cursor = { place: this.#base + this.#events.length, missed: 0 }
    this.#cursors.add(cursor)
    try {
      while (!signal.aborted) {
        if (cursor.place < this.#base) {
          const count = cursor.missed
          cursor.place = this.#base
          cursor.missed = 0
          yield missed(count)
          continue
        }
        const event = this.#events[cursor.place - this.#base]
        if (event !== undefined) {
          cursor.place++
          yield event
        } else if (this.#end === 'done') return
        else if (this.#end) throw this.#end.error
        else await this.#wait(signal)
      }
    } finally {
      this.#cursors.delete(cursor)
    }
  }

  #countMissed(place: number, dropped: number): number {
    const from = Math.max(0, place - this.#base)
    return this.#events.slice(from, dropped).reduce((sum, event) => sum + this.#countOf(event), 0)
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiters.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      this.#waiters.add(wake)
      signal.addEventListener('abort', wake, { once: true })
    })
  }

  #wake(): void {
    for (const wake of [...this.#waiters]) wake()
  }
}
