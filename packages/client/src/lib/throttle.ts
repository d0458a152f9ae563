import type { Clock } from './clock.ts'

/** Calls at once when it was quiet, then at most once per interval; what came in between is one call at its end. */
export function createThrottle(
  clock: Clock,
  intervalMs: number,
  call: () => void,
): { request(): void; cancel(): void } {
  let lastAt = Number.NEGATIVE_INFINITY
  let stop: (() => void) | null = null
  const fire = (): void => {
    stop = null
    lastAt = clock.now()
    call()
  }
  return {
    request() {
      if (stop) return
      const waitMs = lastAt + intervalMs - clock.now()
      if (waitMs <= 0) fire()
      else stop = clock.after(waitMs, fire)
    },
    cancel() {
      stop?.()
      stop = null
    },
  }
}
