/** Lets work pass while it is open. Those who wait are let in one at a time, in the order they came. */
export interface Gate {
  /** Whether one more may pass now. */
  readonly isOpen: boolean
  /** `undefined` when the way is free, else a promise that settles when it is, or when the signal aborts. Never rejects. */
  enter(signal: AbortSignal): Promise<void> | undefined
}

/** A gate whose owner says when there may be room again. */
export class SignalledGate implements Gate {
  readonly #hasRoom: () => boolean
  #waiting: Array<() => void> = []

  constructor(hasRoom: () => boolean) {
    this.#hasRoom = hasRoom
  }

  get isOpen(): boolean {
    return this.#waiting.length === 0 && this.#hasRoom()
  }

  enter(signal: AbortSignal): Promise<void> | undefined {
    if (signal.aborted || this.isOpen) return undefined
    return new Promise((resolve) => {
      const pass = (): void => {
        signal.removeEventListener('abort', abort)
        resolve()
      }
      const abort = (): void => {
        this.#waiting = this.#waiting.filter((waiter) => waiter !== pass)
        resolve()
      }
      signal.addEventListener('abort', abort, { once: true })
      this.#waiting.push(pass)
    })
  }

  /** To be called when something left: lets the first who waits pass, when there is room. */
  release(): void {
    if (this.#waiting.length > 0 && this.#hasRoom()) this.#waiting.shift()?.()
  }

  /** Lets everybody go, for the end. */
  open(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const pass of waiting) pass()
  }
}
