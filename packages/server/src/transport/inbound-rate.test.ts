import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InboundRate } from './inbound-rate.ts'

/** Takes from one bucket, which is full in the beginning. */
function open(perSecond: number): (now: number) => number {
  const rate = new InboundRate(perSecond)
  let fullAtMs = 0
  return (now) => {
    fullAtMs = rate.take(fullAtMs, now)
    return rate.waitMs(fullAtMs, now)
  }
}

describe('InboundRate', () => {
  it.each([1, 3, 7, 10, 100])('grants a second’s worth of %d at once, then asks to wait', (perSecond) => {
    const take = open(perSecond)
    const now = 98_765.432_1
    expect(Array.from({ length: perSecond }, () => take(now))).toEqual(Array.from({ length: perSecond }, () => 0))
    expect(take(now)).toBeGreaterThan(0)
  })

  it('asks to wait for as long as what was taken beyond needs', () => {
    const take = open(10)
    for (let count = 0; count < 14; count++) take(0)
    expect(take(0)).toBe(500)
    expect(take(1_000)).toBe(0)
  })

  it('never grants more than the rate and one burst, for one who waits as long as it is asked', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.array(fc.nat(300), { maxLength: 300 }), (perSecond, gaps) => {
        const take = open(perSecond)
        let now = 0
        let taken = 0
        for (const gap of gaps) {
          now += gap
          now += take(now)
          taken++
        }
        expect(taken).toBeLessThanOrEqual(perSecond + (now * perSecond) / 1_000 + 1)
      }),
    )
  })
})
