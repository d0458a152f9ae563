import type { Clock } from './clock.ts'

/** Lets work pass while it is open. Those who wait are let in one at a time, in the order they came. */
export interface Gate {
  /** Whether one more may pass now. */
  readonly isOpen: boolean
  /** `undefined` when the way is free, else a promise that settles when it is, or when the signal aborts. Never rejects. */
  enter(signal: AbortSignal): Promise<void> | undefined
  /** Queues up; called once when it is let in. */
  wait(pass: () => void): void
  /** Does not wait any more. */
  leave(pass: () => void): void
}

/** Who knows whether there is room behind a gate. */
export interface Room {
  readonly hasRoom: boolean
}

/** A gate whose owner says when there may be room again. */
export class SignalledGate implements Gate {
  readonly #room: Room
  readonly #clock: Pick<Clock, 'soon'>
  #waiting: Set<() => void> | null = null
  #isAdmitting = false

  /** @param clock says when whoever was let in has had time to send what it came with. */
  constructor(room: Room, clock: Pick<Clock, 'soon'>) {
    this.#room = room
    this.#clock = clock
  }

  get isOpen(): boolean {
    return (this.#waiting === null || this.#waiting.size === 0) && this.#room.hasRoom
  }

  enter(signal: AbortSignal): Promise<void> | undefined {
    if (signal.aborted || this.isOpen) return undefined
    return new Promise((resolve) => {
      const pass = (): void => {
        signal.removeEventListener('abort', abort)
        resolve()
      }
      const abort = (): void => {
        this.leave(pass)
        resolve()
      }
      signal.addEventListener('abort', abort, { once: true })
      this.wait(pass)
    })
  }

  wait(pass: () => void): void {
    this.#waiting ??= new Set()
    this.#waiting.add(pass)
  }

  leave(pass: () => void): void {
    this.#waiting?.delete(pass)
  }

  /** To be called when something left: lets the first who waits pass, when there is room. */
  release(): void {
    if (this.#isAdmitting || !this.#waiting?.size || !this.#room.hasRoom) return
    const [first] = this.#waiting
    if (first) this.leave(first)
    first?.()
    // Whoever was let in may turn out to have nothing to send: then nothing else would call for the next.
    this.#isAdmitting = true
    this.#clock.soon(() => {
      this.#isAdmitting = false
      this.release()
    })
  }

  /** Lets everybody go, for the end. */
  open(): void {
    const waiting = this.#waiting
    this.#waiting = null
    for (const pass of waiting ?? []) pass()
  }
}
