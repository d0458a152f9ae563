import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InboundRate } from './inbound-rate.ts'

describe('InboundRate', () => {
  it('grants a second’s worth at once, then asks to wait', () => {
    const rate = new InboundRate(10, 0)
    expect(Array.from({ length: 10 }, () => rate.take(0))).toEqual(Array.from({ length: 10 }, () => 0))
    expect(rate.take(0)).toBeGreaterThan(0)
  })

  it('never grants more than the rate and one burst, for one who waits as long as it is asked', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.array(fc.nat(300), { maxLength: 300 }), (perSecond, gaps) => {
        const rate = new InboundRate(perSecond, 0)
        let now = 0
        let taken = 0
        for (const gap of gaps) {
          now += gap
          now += rate.take(now)
          taken++
        }
        expect(taken).toBeLessThanOrEqual(perSecond + (now * perSecond) / 1_000 + 1)
      }),
    )
  })
})
