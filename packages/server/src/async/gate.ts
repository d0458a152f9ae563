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
  readonly #later: (callback: () => void) => void
  #waiting: Array<() => void> = []
  #isAdmitting = false

  /** @param later calls when whoever was let in has had time to send what it came with. */
  constructor(hasRoom: () => boolean, later: (callback: () => void) => void) {
    this.#hasRoom = hasRoom
    this.#later = later
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
    if (this.#isAdmitting || this.#waiting.length === 0 || !this.#hasRoom()) return
    this.#waiting.shift()?.()
    // Whoever was let in may turn out to have nothing to send: then nothing else would call for the next.
    this.#isAdmitting = true
    this.#later(() => {
      this.#isAdmitting = false
      this.release()
    })
  }

  /** Lets everybody go, for the end. */
  open(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const pass of waiting) pass()
  }
}
