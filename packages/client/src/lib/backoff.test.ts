import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../../test/support/seeded.ts'
import { defaultBackoff, fullJitter } from './backoff.ts'

describe('fullJitter', () => {
  it('doubles its bound with each attempt, up to the limit', () => {
    const almostOne = (): number => 1 - Number.EPSILON
    const limits = { baseMs: 500, maxMs: 20_000 }
    expect([0, 1, 2, 3, 5, 6, 1_000].map((attempt) => fullJitter(attempt, almostOne, limits))).toEqual([
      499, 999, 1_999, 3_999, 15_999, 19_999, 19_999,
    ])
  })

  it('begins at half a second and ends at twenty by default', () => {
    expect(defaultBackoff).toEqual({ baseMs: 500, maxMs: 20_000 })
    expect(fullJitter(0, () => 0.5)).toBe(250)
    expect(fullJitter(99, () => 0.5)).toBe(10_000)
  })

  it('is a whole number from 0 up to its bound, whatever the attempt and the chance', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.integer({ min: 1, max: 5_000 }),
        fc.integer({ min: 1, max: 60_000 }),
        (attempt, chance, baseMs, maxMs) => {
          const delay = fullJitter(attempt, () => chance, { baseMs, maxMs })
          expect(Number.isSafeInteger(delay)).toBe(true)
          expect(delay).toBeGreaterThanOrEqual(0)
          expect(delay).toBeLessThan(Math.min(maxMs, baseMs * 2 ** Math.min(attempt, 40)))
        },
      ),
      runs(1_000),
    )
  })

  it('spreads clients over the whole bound', () => {
    const delays = [0, 0.25, 0.5, 0.75].map((chance) => fullJitter(3, () => chance))
    expect(delays).toEqual([0, 1_000, 2_000, 3_000])
  })
})
