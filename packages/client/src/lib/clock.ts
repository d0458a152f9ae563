/** Time as an argument, so that tests can hold it. */
export interface Clock {
  /** Milliseconds; only differences mean something. */
  now(): number
  /** Calls once after a delay, in milliseconds; the answer stops it. */
  after(delayMs: number, callback: () => void): () => void
}

/** The clock of the page or process. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}
