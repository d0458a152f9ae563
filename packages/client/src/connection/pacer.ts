import type { Clock } from '../lib/clock.ts'

/** Waits before each attempt to connect, in a way that can be cut short when the world is known to have changed. */
export class Pacer {
  readonly #clock: Clock
  #delayMs = 0
  #go: (() => void) | null = null
  #isOver = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Says how long the next attempt is to wait, in milliseconds. */
  plan(delayMs: number): void {
    this.#delayMs = delayMs
  }

  /** Settles when it is time. */
  wait(): Promise<void> {
    const delayMs = this.#delayMs
    this.#delayMs = 0
    if (delayMs <= 0 || this.#isOver) return Promise.resolve()
    return new Promise((resolve) => {
      this.#go = () => {
        cancel()
        this.#go = null
        resolve()
      }
      const cancel = this.#clock.after(delayMs, this.#go)
    })
  }

  /** It is time now. */
  hurry(): void {
    this.#go?.()
  }

  /** Nobody waits any more. */
  end(): void {
    this.#isOver = true
    this.hurry()
  }
}
