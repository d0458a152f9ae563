/** Stops a timer; calling it again does nothing. */
export type Cancel = () => void

/** Time as an argument, so that tests can hold it. */
export interface Clock {
  /** Wall clock, in milliseconds since 1970. */
  now(): number
  /** Never steps back, in milliseconds; only differences mean something. */
  monotonic(): number
  /** Calls once after a delay. Keeps the process alive until then only when it is asked to. */
  after(delayMs: number, callback: () => void, keepsAlive?: boolean): Cancel
  /** Calls at the end of this turn of the event loop. Keeps the process alive until then. */
  soon(callback: () => void): Cancel
}

/** The clock of the process. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (delayMs, callback, keepsAlive = false) => {
    const timer = setTimeout(callback, delayMs)
    if (!keepsAlive) timer.unref()
    return () => clearTimeout(timer)
  },
  soon: (callback) => {
    const immediate = setImmediate(callback)
    return () => clearImmediate(immediate)
  },
}

/** Calls again and again, with the delay counted from the end of the call before. */
export function every(clock: Clock, intervalMs: number, callback: () => void): Cancel {
  let cancel: Cancel = clock.after(intervalMs, tick)
  let stopped = false
  function tick(): void {
    callback()
    if (!stopped) cancel = clock.after(intervalMs, tick)
  }
  return () => {
    stopped = true
    cancel()
  }
}
