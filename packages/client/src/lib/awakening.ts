import type { Clock } from './clock.ts'

/** How often a browser looks whether it slept, and how much later than that it must be, in milliseconds. */
const lookMs = 2_000
const sleptMs = 10_000

/** What a page can hear of its surroundings; a Node process hears nothing. */
export type Surroundings = Pick<EventTarget, 'addEventListener' | 'removeEventListener'> & {
  readonly document?: Pick<Document, 'addEventListener' | 'removeEventListener' | 'visibilityState'>
}

/**
 * Calls when a browser has reason to look around: its network went or came, it is shown again, or it slept and no timer ran.
 * The answer stops it.
 */
export function onAwakening(
  clock: Clock,
  call: () => void,
  surroundings: Partial<Surroundings> = globalThis as Partial<Surroundings>,
  wallNow: () => number = Date.now,
): () => void {
  const { document } = surroundings
  if (!document || !surroundings.addEventListener) return () => undefined
  const shown = (): void => {
    if (document.visibilityState === 'visible') call()
  }
  /** Every page is shown once when it has been loaded; one that is shown again was put away meanwhile. */
  const shownAgain = (event: Event): void => {
    if ('persisted' in event && event.persisted === true) call()
  }
  for (const name of ['online', 'offline'] as const) surroundings.addEventListener(name, call)
  surroundings.addEventListener('pageshow', shownAgain)
  document.addEventListener('visibilitychange', shown)
  let lookedAt = wallNow()
  let cancel: () => void = () => undefined
  const look = (): void => {
    const now = wallNow()
    // The clocks that timers go by stand still in a sleep; the one on the wall does not.
    if (now - lookedAt > lookMs + sleptMs) call()
    lookedAt = now
    cancel = clock.after(lookMs, look)
  }
  look()
  return () => {
    cancel()
    for (const name of ['online', 'offline'] as const) surroundings.removeEventListener?.(name, call)
    surroundings.removeEventListener?.('pageshow', shownAgain)
    document.removeEventListener('visibilitychange', shown)
  }
}
