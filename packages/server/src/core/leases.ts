import { type Cancel, type Clock, every } from '../async/clock.ts'

/** How long producers are believed to live. */
export interface LeaseLimits {
  /** A producer that gives no sign of life for so long is given up, in milliseconds. @default 20_000 */
  readonly leaseLapseMs: number
  /** How often that is looked for, in milliseconds. @default 1_000 */
  readonly leaseSweepMs: number
}

interface Lease {
  renewedAtMs: number
  /** Connections that stand for it: while there is one, it need not be renewed. */
  holds: number
  lapseMs: number
  /** It was given more time since its last sign of life, because this process stood still: that is done once. */
  wasSpared: boolean
}

/** How much of the time to lapse is given to everybody after this process stood still: enough to come back and be heard. */
const sparedPart = 0.35

/** Most producers that lapsed are remembered, so that they cannot come back as if nothing had happened. */
const lapsedMax = 10_000

/** Producers' signs of life. One that lapses has lapsed for good: whoever comes back is a new producer. */
export class Leases {
  readonly #clock: Clock
  readonly #limits: LeaseLimits
  readonly #onLapse: (producer: string) => boolean
  readonly #leases = new Map<string, Lease>()
  readonly #lapsed = new Set<string>()
  readonly #stop: Cancel
  #sweptAtMs: number

  /** @param onLapse told of a producer that is given up; answers whether anything of it was lost. */
  constructor(parts: { clock: Clock; limits: LeaseLimits; onLapse: (producer: string) => boolean }) {
    this.#clock = parts.clock
    this.#limits = parts.limits
    this.#onLapse = parts.onLapse
    this.#sweptAtMs = parts.clock.monotonic()
    this.#stop = every(parts.clock, parts.limits.leaseSweepMs, () => this.#sweep())
  }

  /** How many producers are believed to live. */
  get size(): number {
    return this.#leases.size
  }

  /** Whether a producer was given up. */
  hasLapsed(producer: string): boolean {
    return this.#lapsed.has(producer)
  }

  /** A sign of life. Answers whether the producer is still believed to live. */
  renew(producer: string): boolean {
    if (this.#lapsed.has(producer)) return false
    const lease = this.#leaseOf(producer)
    lease.renewedAtMs = this.#clock.monotonic()
    lease.wasSpared = false
    return true
  }

  /** Whether a producer is believed to live. */
  has(producer: string): boolean {
    return this.#leases.has(producer)
  }

  /** A connection stands for a producer until it ends; then the producer has half of the usual time to show itself. */
  hold(producer: string, ended: AbortSignal): void {
    if (this.#lapsed.has(producer)) return
    const lease = this.#leaseOf(producer)
    // A dead connection is found after 18 s: with the half of 20 s and a sweep that stays below 30 s.
    lease.lapseMs = this.#limits.leaseLapseMs / 2
    // One that went while its call was being looked at has its time to show itself, too.
    if (ended.aborted) return
    lease.holds++
    ended.addEventListener(
      'abort',
      () => {
        lease.holds--
        lease.renewedAtMs = this.#clock.monotonic()
      },
      { once: true },
    )
  }

  /** A producer says that it goes. */
  leave(producer: string): void {
    // One that never had anything has nothing to come back to: names that somebody makes up are not remembered.
    if (this.#leases.delete(producer)) this.#rememberLapsed(producer)
  }

  /** Ends the timer. */
  dispose(): void {
    this.#stop()
    this.#leases.clear()
  }

  #leaseOf(producer: string): Lease {
    let lease = this.#leases.get(producer)
    if (!lease) {
      const lapseMs = this.#limits.leaseLapseMs
      lease = { renewedAtMs: this.#clock.monotonic(), holds: 0, lapseMs, wasSpared: false }
      this.#leases.set(producer, lease)
    }
    return lease
  }

  #sweep(): void {
    const now = this.#clock.monotonic()
    // While this process itself stood still, nobody could be heard: that is not the producers' silence.
    const stoodStillMs = now - this.#sweptAtMs - this.#limits.leaseSweepMs
    this.#sweptAtMs = now
    if (stoodStillMs > this.#limits.leaseSweepMs) this.#spareAll(now)
    for (const [producer, { holds, renewedAtMs, lapseMs }] of this.#leases) {
      if (holds > 0 || now - renewedAtMs < lapseMs) continue
      this.#leases.delete(producer)
      // One of whom nothing was lost may come back: there is nothing to revive.
      if (this.#onLapse(producer)) this.#rememberLapsed(producer)
    }
  }

  /** Gives everybody time to be heard, once in a silence: a process that is always busy must not keep the dead alive. */
  #spareAll(now: number): void {
    for (const lease of this.#leases.values()) {
      const least = now - lease.lapseMs + this.#limits.leaseLapseMs * sparedPart
      if (lease.wasSpared || lease.renewedAtMs >= least) continue
      lease.renewedAtMs = least
      lease.wasSpared = true
    }
  }

  #rememberLapsed(producer: string): void {
    this.#lapsed.add(producer)
    for (const oldest of this.#lapsed) {
      if (this.#lapsed.size <= lapsedMax) return
      this.#lapsed.delete(oldest)
    }
  }
}
