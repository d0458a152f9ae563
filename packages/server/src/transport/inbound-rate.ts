/**
 * Grants so many a second, and as many at once as a second holds: a token bucket. Pure: a bucket is one number, the time at
 * which it will be full, and whoever it is for keeps it.
 */
export class InboundRate {
  readonly #perSecond: number

  constructor(perSecond: number) {
    this.#perSecond = perSecond
  }

  /** Takes one. Answers when the bucket will be full then. */
  take(fullAtMs: number, now: number): number {
    return Math.max(fullAtMs, now) + 1_000 / this.#perSecond
  }

  /** How long to wait before the next, in milliseconds; 0 while there are more. */
  waitMs(fullAtMs: number, now: number): number {
    const owedMs = fullAtMs - now - 1_000
    // Sums of fractions are not exact: what is less than a microsecond is nothing.
    if (owedMs < 0.001) return 0
    // Not for a single one: waking up has its price, too.
    return Math.max(20, owedMs)
  }
}
