import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { Limiter } from '../../seams/limiter.ts'

/** Counts in this process: at most `points` in `windowMs` milliseconds from the first on, for each name. */
export function memoryLimiter({ points, windowMs }: { points: number; windowMs: number }): Limiter {
  const limiter = new RateLimiterMemory({ points, duration: windowMs / 1_000 })
  return {
    async take(name) {
      try {
        await limiter.consume(name)
        return 0
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return Math.max(1, refusal.msBeforeNext)
        throw refusal
      }
    },
  }
}
