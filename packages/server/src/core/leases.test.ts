import { describe, expect, it } from 'vitest'
import { createManualClock } from '../testing/manual-clock.ts'
import { Leases } from './leases.ts'

const limits = { leaseLapseMs: 20_000, leaseSweepMs: 1_000 }

/** @param open producers of whom something would be lost. */
function setUp(open: readonly string[] = ['p', 'q']) {
  const clock = createManualClock()
  let stoodStillMs = 0
  const lapsed: string[] = []
  const leases = new Leases({
    clock: { ...clock, monotonic: () => clock.monotonic() + stoodStillMs },
    limits,
    onLapse: (producer) => {
      lapsed.push(producer)
      return open.includes(producer)
    },
  })
  return {
    clock,
    leases,
    lapsed,
    /** Time goes on and no timer fires: the process was stopped. */
    standStill: (ms: number): void => {
      stoodStillMs += ms
    },
    /** A connection that stands for a producer; the answer cuts it. */
    connect: (producer: string): (() => void) => {
      const connection = new AbortController()
      leases.hold(producer, connection.signal)
      return () => connection.abort()
    },
  }
}

describe('a lease', () => {
  it('lapses after 20 s without a sign of life, at the next sweep, once', () => {
    const { clock, leases, lapsed } = setUp()
    expect(leases.renew('p')).toBe(true)
    clock.advance(19_999)
    expect(lapsed).toEqual([])
    clock.advance(1_001)
    expect(lapsed).toEqual(['p'])
    clock.advance(60_000)
    expect([lapsed, leases.size]).toEqual([['p'], 0])
  })

  it('goes on as long as it is renewed, each for itself', () => {
    const { clock, leases, lapsed } = setUp()
    leases.renew('q')
    for (let time = 0; time < 20; time++) {
      expect(leases.renew('p')).toBe(true)
      clock.advance(5_000)
    }
    expect([lapsed, leases.size]).toEqual([['q'], 1])
  })

  it('that lapsed cannot be revived: not by a sign of life, not by a connection', () => {
    const { clock, leases, lapsed, connect } = setUp()
    leases.renew('p')
    clock.advance(21_000)
    expect([leases.hasLapsed('p'), leases.renew('p')]).toEqual([true, false])
    connect('p')
    expect([leases.size, leases.hasLapsed('p')]).toEqual([0, true])
    clock.advance(60_000)
    expect(lapsed).toEqual(['p'])
  })

  it('may begin again when nothing was lost with it', () => {
    const { clock, leases, lapsed } = setUp([])
    leases.renew('p')
    clock.advance(21_000)
    expect([lapsed, leases.hasLapsed('p'), leases.renew('p')]).toEqual([['p'], false, true])
  })

  it('ends at once when its producer leaves, for good and without a lapse', () => {
    const { clock, leases, lapsed } = setUp()
    leases.renew('p')
    leases.leave('p')
    expect([leases.size, leases.hasLapsed('p'), leases.renew('p')]).toEqual([0, true, false])
    clock.advance(60_000)
    expect(lapsed).toEqual([])
  })

  it('that nobody had is not remembered: names that somebody makes up push nobody out', () => {
    const { leases } = setUp()
    leases.renew('p')
    leases.leave('p')
    for (let n = 0; n <= 10_000; n++) leases.leave(`made up ${n}`)
    expect(leases.hasLapsed('p')).toBe(true)
  })

  it('remembers the last 10,000 that lapsed', () => {
    const { leases } = setUp()
    for (let n = 0; n <= 10_000; n++) {
      leases.renew(`p${n}`)
      leases.leave(`p${n}`)
    }
    expect([leases.hasLapsed('p0'), leases.hasLapsed('p1'), leases.hasLapsed('p10000')]).toEqual([false, true, true])
  })
})

describe('a connection', () => {
  it('stands for its producer as long as it is open, and half of the usual time longer', () => {
    const { clock, lapsed, connect } = setUp()
    const cut = connect('p')
    clock.advance(100_000)
    expect(lapsed).toEqual([])
    cut()
    clock.advance(9_000)
    expect(lapsed).toEqual([])
    clock.advance(2_000)
    expect(lapsed).toEqual(['p'])
  })

  it('that is cut takes nothing with it when another came in time', () => {
    const { clock, lapsed, connect } = setUp()
    const cut = connect('p')
    cut()
    clock.advance(9_000)
    const cutAgain = connect('p')
    clock.advance(100_000)
    expect(lapsed).toEqual([])
    cutAgain()
    clock.advance(11_000)
    expect(lapsed).toEqual(['p'])
  })

  it('that is cut is no loss while another still stands for the same producer', () => {
    const { clock, lapsed, connect } = setUp()
    const cut = connect('p')
    connect('p')
    cut()
    clock.advance(100_000)
    expect(lapsed).toEqual([])
  })

  it('that has ended already stands for nobody, and leaves its producer the time to come back', () => {
    const { clock, leases, lapsed } = setUp()
    leases.hold('p', AbortSignal.abort())
    clock.advance(9_000)
    expect(lapsed).toEqual([])
    clock.advance(2_000)
    expect([leases.size, lapsed]).toEqual([0, ['p']])
  })

  it('that ends after its producer left, or came back as a new one, changes nothing', () => {
    const { clock, leases, lapsed, connect } = setUp([])
    const cut = connect('p')
    leases.leave('p')
    cut()
    clock.advance(60_000)
    expect([leases.size, lapsed]).toEqual([0, []])
  })
})

describe('when this process itself stood still', () => {
  it('the silence was its own: nobody lapses who was heard of before', () => {
    const { clock, leases, lapsed, standStill } = setUp()
    leases.renew('p')
    clock.advance(5_000)
    standStill(60_000)
    clock.advance(6_000)
    expect(lapsed).toEqual([])
    leases.renew('p')
    clock.advance(19_000)
    expect(lapsed).toEqual([])
  })

  it('again and again, who is dead is still given up in time: more time is given once in a silence', () => {
    const { clock, leases, lapsed, standStill } = setUp()
    leases.renew('p')
    let silentMs = 0
    for (; lapsed.length === 0 && silentMs < 60_000; silentMs += 2_500) {
      standStill(1_500)
      clock.advance(1_000)
    }
    expect(silentMs).toBeLessThan(30_000)
  })

  it('who stays silent lapses, after the rest of its time', () => {
    const { clock, leases, lapsed, standStill } = setUp()
    leases.renew('p')
    clock.advance(5_000)
    standStill(60_000)
    clock.advance(17_000)
    expect(lapsed).toEqual(['p'])
  })

  it('grants no time to who was heard of since: it lapses as ever', () => {
    const { clock, leases, lapsed, standStill } = setUp()
    leases.renew('q')
    standStill(60_000)
    // What waited in the sockets may come before the first sweep.
    leases.renew('p')
    clock.advance(22_000)
    expect(lapsed.toSorted()).toEqual(['p', 'q'])
  })

  it('a sweep that is a little late grants nothing', () => {
    const { clock, leases, lapsed, standStill } = setUp()
    leases.renew('p')
    for (let second = 0; second < 15; second++) {
      standStill(400)
      clock.advance(1_000)
    }
    expect(lapsed).toEqual(['p'])
  })
})

describe('leases that are disposed of', () => {
  it('leave no timer behind, and nothing lapses any more', () => {
    const { clock, leases, lapsed } = setUp()
    leases.renew('p')
    leases.dispose()
    expect([leases.size, clock.timers]).toEqual([0, 0])
    clock.advance(60_000)
    expect(lapsed).toEqual([])
  })
})
