/** Bounds of a backoff, in milliseconds. */
export interface BackoffLimits {
  /** The first try waits up to this long. @default 500 */
  readonly baseMs: number
  /** No try waits longer. @default 20_000 */
  readonly maxMs: number
}

export const defaultBackoff: BackoffLimits = Object.freeze({ baseMs: 500, maxMs: 20_000 })

/**
 * Full jitter: a delay anywhere between 0 and the bound, which doubles with each attempt, so that clients who lost the
 * same server do not come back in step. After Brooker, "Exponential Backoff And Jitter", 2015.
 */
export function fullJitter(attempt: number, random: () => number, limits: BackoffLimits = defaultBackoff): number {
  const bound = Math.min(limits.maxMs, limits.baseMs * 2 ** Math.min(attempt, 30))
  return Math.floor(random() * bound)
}
