import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../../test/support/seeded.ts'
import { createManualClock } from '../../../server/src/testing/manual-clock.ts'
import { createThrottle } from './throttle.ts'

function setUp(intervalMs = 50) {
  const clock = createManualClock()
  const startedAt = clock.now()
  const calls: number[] = []
  const throttle = createThrottle(clock, intervalMs, () => calls.push(clock.now() - startedAt))
  return { clock, calls, throttle }
}

describe('createThrottle', () => {
  it('calls at once when it was quiet', () => {
    const { calls, throttle, clock } = setUp()
    throttle.request()
    expect(calls).toEqual([0])
    clock.advance(50)
    throttle.request()
    expect(calls).toEqual([0, 50])
  })

  it('makes one call at the end of the interval of everything that came within it', () => {
    const { calls, throttle, clock } = setUp()
    for (let request = 0; request < 10; request++) {
      throttle.request()
      clock.advance(4)
    }
    expect(calls).toEqual([0])
    clock.advance(10)
    expect(calls).toEqual([0, 50])
    clock.advance(1_000)
    expect(calls).toEqual([0, 50])
    expect(clock.timers).toBe(0)
  })

  it('leaves the interval between calls, not between a request and its call', () => {
    const { calls, throttle, clock } = setUp()
    throttle.request()
    clock.advance(49)
    throttle.request()
    clock.advance(1)
    throttle.request()
    clock.advance(49)
    expect(calls).toEqual([0, 50])
    clock.advance(1)
    expect(calls).toEqual([0, 50, 100])
  })

  it('drops what waits when it is cancelled, and works again afterwards', () => {
    const { calls, throttle, clock } = setUp()
    throttle.request()
    throttle.request()
    throttle.cancel()
    throttle.cancel()
    clock.advance(1_000)
    expect(calls).toEqual([0])
    throttle.request()
    expect(calls).toEqual([0, 1_000])
  })

  it('may be asked again from within its call', () => {
    const clock = createManualClock()
    let calls = 0
    const throttle = createThrottle(clock, 50, () => {
      if (++calls < 3) throttle.request()
    })
    throttle.request()
    expect(calls).toBe(1)
    clock.advance(50)
    clock.advance(50)
    expect(calls).toBe(3)
    expect(clock.timers).toBe(0)
  })

  it('never calls twice within the interval, and never forgets the last request', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.array(fc.nat({ max: 70 }), { minLength: 1 }),
        (interval, pauses) => {
          const { calls, throttle, clock } = setUp(interval)
          let elapsed = 0
          for (const pause of pauses) {
            throttle.request()
            clock.advance(pause)
            elapsed += pause
          }
          clock.advance(interval)
          const lastRequest = elapsed - (pauses.at(-1) ?? 0)
          expect(calls.at(-1)).toBeGreaterThanOrEqual(lastRequest)
          for (const [index, call] of calls.entries()) {
            if (index > 0) expect(call - (calls[index - 1] ?? 0)).toBeGreaterThanOrEqual(interval)
          }
        },
      ),
      runs(500),
    )
  })
})
