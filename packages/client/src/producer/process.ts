// The rest of the package is for browsers too, and built without Node's types.
/// <reference types="node" />
import type { Clock } from '../lib/clock.ts'

/** The clock of a process: nothing it waits for keeps the process alive, except a connection that is open. */
export const processClock: Clock = {
  now: () => performance.now(),
  after: (delayMs, callback) => {
    const timer: unknown = setTimeout(callback, delayMs)
    if (typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function')
      timer.unref()
    return () => clearTimeout(timer as ReturnType<typeof setTimeout>)
  },
}

/** Keeps the process alive until the answer is called. */
export function holdProcess(): () => void {
  const timer = setInterval(() => undefined, 2 ** 30)
  return () => clearInterval(timer)
}

/** Calls once when the process has nothing left to do; what is begun then is still done. The answer forgets it. */
export function whenIdle(callback: () => void): () => void {
  // One listener for all: a process may have more producers than listeners it warns of.
  if (idlers.size === 0) process.on('beforeExit', callIdlers)
  idlers.add(callback)
  return () => {
    idlers.delete(callback)
    if (idlers.size === 0) process.off('beforeExit', callIdlers)
  }
}

const idlers = new Set<() => void>()

function callIdlers(): void {
  const due = [...idlers]
  idlers.clear()
  process.off('beforeExit', callIdlers)
  for (const callback of due) callback()
}
