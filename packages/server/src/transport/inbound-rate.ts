/** Grants so many a second, and as many at once as a second holds: a token bucket. Pure but for what it has granted. */
export class InboundRate {
  readonly #perSecond: number
  #tokens: number
  #filledAtMs: number

  constructor(perSecond: number, now: number) {
    this.#perSecond = perSecond
    this.#tokens = perSecond
    this.#filledAtMs = now
  }

  /** Takes one. Answers how long to wait before the next, in milliseconds; 0 while there are more. */
  take(now: number): number {
    const grown = ((now - this.#filledAtMs) * this.#perSecond) / 1_000
    this.#tokens = Math.min(this.#perSecond, this.#tokens + grown) - 1
    this.#filledAtMs = now
    if (this.#tokens >= 0) return 0
    // Not for a single one: waking up has its price, too.
    return Math.max(20, (-this.#tokens * 1_000) / this.#perSecond)
  }
}
