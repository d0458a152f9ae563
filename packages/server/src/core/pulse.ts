import type { Cancel, Clock } from '../async/clock.ts'

/** How often readers of a topic are woken. */
export interface PulseLimits {
  /** Readers of a busy topic are woken at most once in this time, in milliseconds. @default 50 */
  readonly flushIntervalMs: number
  /** They are woken earlier when so many updates wait. @default 100 */
  readonly batchSize: number
}

/** An error or the end of a span waits at most this long for the others, in milliseconds. */
const urgentIntervalMs = 5

/**
 * Paces the waking of a topic's readers: at once when the topic was quiet, then in calm batches. A quiet topic costs
 * no timer.
 */
export class Pulse {
  readonly #clock: Clock
  readonly #limits: PulseLimits
  readonly #fire: () => void
  #lastFire = Number.NEGATIVE_INFINITY
  #waiting = 0
  #timer: { dueAt: number; cancel: Cancel } | null = null

  constructor(clock: Clock, limits: PulseLimits, fire: () => void) {
    this.#clock = clock
    this.#limits = limits
    this.#fire = fire
  }

  /** Says that so many entries came, and whether one of them cannot wait. */
  touch(count: number, isUrgent: boolean): void {
    this.#waiting += count
    const now = this.#clock.monotonic()
    const intervalMs = isUrgent
      ? Math.min(urgentIntervalMs, this.#limits.flushIntervalMs)
      : this.#limits.flushIntervalMs
    const dueAt = this.#lastFire + intervalMs
    if (now >= dueAt || this.#waiting >= this.#limits.batchSize) this.#beat(now)
    else this.#schedule(dueAt, dueAt - now)
  }

  /** Stops the timer. */
  stop(): void {
    this.#timer?.cancel()
    this.#timer = null
  }

  #schedule(dueAt: number, delayMs: number): void {
    if (this.#timer && this.#timer.dueAt <= dueAt) return
    this.stop()
    this.#timer = { dueAt, cancel: this.#clock.after(delayMs, () => this.#beat(this.#clock.monotonic())) }
  }

  #beat(now: number): void {
    this.stop()
    this.#lastFire = now
    this.#waiting = 0
    this.#fire()
  }
}
