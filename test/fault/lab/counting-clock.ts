import { type Clock, systemClock } from '@telltale/server'

/** The process's clock, which knows how many timers wait. */
export function countingClock(): Clock & { readonly timers: number } {
  let timers = 0
  return {
    ...systemClock,
    after(delayMs, callback, keepsAlive) {
      timers++
      let isOver = false
      const over = (): void => {
        if (!isOver) timers--
        isOver = true
      }
      const cancel = systemClock.after(
        delayMs,
        () => {
          over()
          callback()
        },
        keepsAlive,
      )
      return () => {
        over()
        cancel()
      }
    },
    get timers() {
      return timers
    },
  }
}
