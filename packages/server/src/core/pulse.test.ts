import { describe, expect, it } from 'vitest'
import { createManualClock } from '../testing/manual-clock.ts'
import { Pulse } from './pulse.ts'

function setUp() {
  const clock = createManualClock()
  const beats: number[] = []
  const pulse = new Pulse(clock, { flushIntervalMs: 50, batchSize: 100 }, () => beats.push(clock.monotonic()))
  return { clock, beats, pulse }
}

describe('pulse', () => {
  it('beats at once when the topic was quiet', () => {
    const { beats, pulse } = setUp()
    pulse.touch(1, false)
    expect(beats).toEqual([0])
  })

  it('beats at most once per interval while the topic is busy, and never forgets the last', () => {
    const { clock, beats, pulse } = setUp()
    for (let ms = 0; ms < 120; ms++) {
      pulse.touch(1, false)
      clock.advance(1)
    }
    clock.advance(100)
    expect(beats).toEqual([0, 50, 100, 150])
  })

  it('beats early when a full batch waits', () => {
    const { clock, beats, pulse } = setUp()
    pulse.touch(1, false)
    clock.advance(1)
    pulse.touch(99, false)
    expect(beats).toEqual([0])
    pulse.touch(1, false)
    expect(beats).toEqual([0, 1])
  })

  it('lets an urgent entry pass at once, at most once per 5 ms', () => {
    const { clock, beats, pulse } = setUp()
    pulse.touch(1, false)
    clock.advance(10)
    pulse.touch(1, true)
    clock.advance(1)
    pulse.touch(1, true)
    expect(beats).toEqual([0, 10])
    clock.advance(4)
    expect(beats).toEqual([0, 10, 15])
  })

  it('brings an appointed beat forward for an urgent entry', () => {
    const { clock, beats, pulse } = setUp()
    pulse.touch(1, false)
    clock.advance(1)
    pulse.touch(1, false)
    pulse.touch(1, true)
    clock.advance(4)
    expect(beats).toEqual([0, 5])
    clock.advance(100)
    expect(beats).toEqual([0, 5])
  })

  it('costs no timer while the topic is quiet, and none after it was stopped', () => {
    const { clock, beats, pulse } = setUp()
    pulse.touch(1, false)
    expect(clock.timers).toBe(0)
    pulse.touch(1, false)
    expect(clock.timers).toBe(1)
    pulse.stop()
    clock.advance(100)
    expect([clock.timers, beats]).toEqual([0, [0]])
  })
})
