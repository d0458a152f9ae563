/**
 * A list whose places are counted from the beginning of time: what was dropped at the front keeps its number.
 * Place n + 1 follows place n; the first ever is 1.
 */
export class Ring<T> {
  #items: T[] = []
  /** How many of `#items` at the front are dropped already. */
  #dead = 0
  #base: number

  constructor(base = 0) {
    this.#base = base
  }

  /** The last place that was dropped. */
  get base(): number {
    return this.#base
  }

  /** The last place that is filled. */
  get head(): number {
    return this.#base + this.size
  }

  get size(): number {
    return this.#items.length - this.#dead
  }

  push(item: T): void {
    this.#items.push(item)
  }

  /** What stands at a place; `undefined` when it was dropped or is still empty. */
  at(place: number): T | undefined {
    return place <= this.#base ? undefined : this.#items[place - this.#base - 1 + this.#dead]
  }

  /** Drops everything up to and including a place. */
  dropTo(place: number): void {
    const count = Math.min(place - this.#base, this.size)
    if (count <= 0) return
    this.#dead += count
    this.#base += count
    // Moving the rest is paid for by the drops since the last move.
    if (this.#dead * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#dead)
      this.#dead = 0
    }
  }
}
