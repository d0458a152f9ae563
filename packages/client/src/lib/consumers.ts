import type { Clock } from './clock.ts'

/** What is begun with the first consumer, and rests a moment after the last. */
export interface Consumed {
  /** Called for the first, also where the last is gone for less than the moment. */
  begin(): void
  rest(): void
}

/** Counts those who use something. */
export class Consumers {
  readonly #clock: Clock
  readonly #lingerMs: number
  readonly #consumed: Consumed
  #count = 0
  #cancelRest: (() => void) | null = null

  constructor(clock: Clock, lingerMs: number, consumed: Consumed) {
    this.#clock = clock
    this.#lingerMs = lingerMs
    this.#consumed = consumed
  }

  /** One more; the answer is one less, once. */
  use(): () => void {
    this.#cancelRest?.()
    this.#cancelRest = null
    if (this.#count++ === 0) this.#consumed.begin()
    let isUsed = true
    return () => {
      if (!isUsed) return
      isUsed = false
      if (--this.#count > 0) return
      this.#cancelRest = this.#clock.after(this.#lingerMs, () => {
        this.#cancelRest = null
        this.#consumed.rest()
      })
    }
  }
}
