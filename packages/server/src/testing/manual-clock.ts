import type { Clock } from '../async/clock.ts'

/** A clock that stands still until it is told to go on. */
export interface ManualClock extends Clock {
  /** Moves time on and calls what has become due, in order. Work put off with `soon` is done first, and after each call. */
  advance(ms: number): void
  /** Does what was put off with `soon`. */
  settle(): void
  /** How many timers wait. */
  readonly timers: number
}

interface Timer {
  readonly dueAt: number
  readonly callback: () => void
}

/** Builds a clock for tests; it begins at 1 January 2026. */
export function createManualClock(startMs = Date.UTC(2026, 0, 1)): ManualClock {
  let elapsed = 0
  let timers: Timer[] = []
  let soon: Array<() => void> = []

  function settle(): void {
    while (soon.length > 0) {
      const callbacks = soon
      soon = []
      for (const callback of callbacks) callback()
    }
  }

  function nextDue(until: number): Timer | undefined {
    return timers.filter(({ dueAt }) => dueAt <= until).sort((a, b) => a.dueAt - b.dueAt)[0]
  }

  return {
    now: () => startMs + elapsed,
    monotonic: () => elapsed,
    after(delayMs, callback) {
      const timer = { dueAt: elapsed + Math.max(0, delayMs), callback }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    soon(callback) {
      soon.push(callback)
      return () => {
        soon = soon.filter((other) => other !== callback)
      }
    },
    advance(ms) {
      const until = elapsed + ms
      settle()
      for (let timer = nextDue(until); timer; timer = nextDue(until)) {
        timers = timers.filter((other) => other !== timer)
        elapsed = Math.max(elapsed, timer.dueAt)
        timer.callback()
        settle()
      }
      elapsed = until
    },
    settle,
    get timers() {
      return timers.length
    },
  }
}
