import { describe, expect, it, vi } from 'vitest'
import { createManualClock } from '../../../server/src/testing/manual-clock.ts'
import { ServerClock } from './server-clock.ts'

const noon = '2026-06-01T12:00:00.000Z'

describe("the server's clock", () => {
  it('is not known before the server has said it, and goes on by itself from there', () => {
    const clock = createManualClock()
    const server = new ServerClock(clock)
    expect([server.now(), server.getSnapshot()]).toEqual([null, null])
    server.sync(noon)
    expect(server.now()).toBe(Date.parse(noon))
    clock.advance(1_500)
    expect(server.now()).toBe(Date.parse(noon) + 1_500)
  })

  it('is not known while the server cannot be heard', () => {
    const server = new ServerClock(createManualClock())
    server.sync(noon)
    server.hear(false)
    expect([server.now(), server.getSnapshot()]).toEqual([null, null])
    server.sync(noon)
    expect(server.getSnapshot()).toBe(Date.parse(noon))
  })

  it('moves every second for those who watch, and has no timer when nobody does', () => {
    const clock = createManualClock()
    const server = new ServerClock(clock)
    server.sync(noon)
    const [one, other] = [vi.fn(), vi.fn()]
    const stops = [server.subscribe(one), server.subscribe(other)]
    expect(clock.timers).toBe(1)
    const before = server.getSnapshot()
    clock.advance(999)
    expect(server.getSnapshot()).toBe(before)
    clock.advance(1)
    expect(server.getSnapshot()).toBe(Date.parse(noon) + 1_000)
    expect([one, other].map(({ mock }) => mock.calls.length)).toEqual([1, 1])
    for (const stop of stops) stop()
    expect(clock.timers).toBe(0)
  })

  it('passes over a time that is none', () => {
    const server = new ServerClock(createManualClock())
    server.sync('soon')
    expect(server.now()).toBeNull()
  })
})
