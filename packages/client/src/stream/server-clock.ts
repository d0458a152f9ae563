import type { Clock } from '../lib/clock.ts'
import type { ReadableStore } from '../lib/store.ts'
import { callSafely } from '../lib/store.ts'

/** How often the clock moves for those who watch it, in milliseconds. */
const tickMs = 1_000

/**
 * The server's time, as far as it is known here: told at the beginning of a stream and counted on from there. It is `null`
 * while nothing is heard of the server: then nobody can say how long anything has been quiet.
 */
export class ServerClock implements ReadableStore<number | null> {
  readonly #clock: Clock
  readonly #listeners = new Set<() => void>()
  #offsetMs: number | null = null
  #isHeard = false
  #shown: number | null = null
  #cancel: (() => void) | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The server said what time it is there. */
  sync(serverTime: string): void {
    const ms = Date.parse(serverTime)
    if (Number.isNaN(ms)) return
    this.#offsetMs = ms - this.#clock.now()
    this.hear(true)
  }

  /** Whether the server can be heard. */
  hear(isHeard: boolean): void {
    if (this.#isHeard === isHeard && isHeard === (this.#shown !== null)) return
    this.#isHeard = isHeard
    this.#show()
  }

  /** Milliseconds since 1970 by the server's clock, to the moment. */
  now(): number | null {
    return this.#isHeard && this.#offsetMs !== null ? this.#clock.now() + this.#offsetMs : null
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    const entry = (): void => listener()
    this.#listeners.add(entry)
    this.#show()
    this.#cancel ??= this.#clock.after(tickMs, this.#tick)
    return () => {
      this.#listeners.delete(entry)
      if (this.#listeners.size > 0) return
      this.#cancel?.()
      this.#cancel = null
    }
  }

  /** As of the last tick, which is at most a second ago while somebody watches. */
  readonly getSnapshot = (): number | null => this.#shown

  readonly #tick = (): void => {
    this.#cancel = this.#clock.after(tickMs, this.#tick)
    this.#show()
  }

  #show(): void {
    const now = this.now()
    if (now === this.#shown) return
    this.#shown = now
    for (const listener of [...this.#listeners]) callSafely(listener)
  }
}
