import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../../test/support/seeded.ts'
import { percentOf } from './percent.ts'

describe('percentOf', () => {
  it.each([
    ['nothing', 0, 10, 0],
    ['a part', 3, 10, 30],
    ['two thirds, rounded down', 2, 3, 66],
    ['almost all, which is not done', 999, 1_000, 99],
    ['all but the last part of a part', 99.999_999_999_999, 100, 99],
    ['all', 10, 10, 100],
    ['more than all', 11, 10, 100],
    ['less than nothing', -1, 10, 0],
    ['minus nothing', -0, 10, 0],
    ['a fraction that a double cannot hold', 0.29, 1, 29],
    ['a product that a double cannot hold', 1.1, 5.5, 20],
    ['29 of 100, which divides badly', 29, 100, 29],
    ['so much that 100 times as much is not finite', 1e307, 1e308, 10],
    ['the least there is of the next', 5e-324, 1e-323, 50],
  ])('rounds down %s', (_what, current, total, percent) => {
    expect(percentOf(current, total)).toBe(percent)
  })

  it.each([
    ['0 of 0', 0, 0],
    ['some of 0', 5, 0],
    ['a negative total', 1, -10],
    ['a total without end', 1, Number.POSITIVE_INFINITY],
    ['a total that is no number', 1, Number.NaN],
    ['an amount without end', Number.POSITIVE_INFINITY, 10],
    ['an amount that is no number', Number.NaN, 10],
    ['less than any amount', Number.NEGATIVE_INFINITY, 10],
  ])('does not know what %s is', (_what, current, total) => {
    expect(percentOf(current, total)).toBeUndefined()
  })

  it('counts each whole percent, from whole numbers as from fractions', () => {
    for (let percent = 0; percent <= 100; percent++) {
      expect(percentOf(percent, 100)).toBe(percent)
      expect(percentOf(percent * 7, 700)).toBe(percent)
      expect(percentOf(percent / 100, 1)).toBe(percent)
    }
  })

  it('is whole, between 0 and 100, and 100 exactly when all is done', () => {
    const amount = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer())
    fc.assert(
      fc.property(amount, amount, (current, total) => {
        const percent = percentOf(current, total)
        expect(percent === undefined).toBe(total <= 0)
        if (percent === undefined) return
        expect(Number.isInteger(percent) && percent >= 0 && percent <= 100).toBe(true)
        expect(percent === 100).toBe(current >= total)
      }),
      runs(2_000),
    )
  })
})
