import { setImmediate as nextTurn } from 'node:timers/promises'

/** Longest stretch of work without a look at anything else, in milliseconds. */
const stretchMs = 40

/** Lets everything else have its turn when a stretch of work was long enough; `undefined` when it was not. */
export type Breathe = () => Promise<void> | undefined

/**
 * Makes the breath of a piece of work: a process that never comes up for air cannot say that it lives, nor hear that it is
 * to stop. It rejects with the signal's reason.
 */
export function createBreath(signal: AbortSignal): Breathe {
  let since = performance.now()
  return () => {
    if (performance.now() - since < stretchMs) return undefined
    return nextTurn().then(() => {
      since = performance.now()
      signal.throwIfAborted()
    })
  }
}
