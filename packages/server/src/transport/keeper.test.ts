import { describe, expect, it } from 'vitest'
import { createEmit } from '../telemetry/emit.ts'
import { createManualClock } from '../testing/manual-clock.ts'
import { SessionKeeper } from './keeper.ts'
import { defaultConnectionLimits as limits } from './limits.ts'
import { SocketSession } from './session.ts'
import { websocketFraming } from './shared-frames.ts'
import type { Wire } from './wire.ts'

const stepMs = 50

/** A keeper, and connections that answer every ping or none. */
function openKept() {
  const clock = createManualClock()
  const keeper = new SessionKeeper({ clock, emit: createEmit(undefined), limits })
  const pings: { id: string; atMs: number }[] = []
  const ended: { id: string; atMs: number }[] = []
  function open(id: string, answers = true): SocketSession {
    const wire: Wire = {
      isOpen: true,
      transport: 'websocket',
      waitingBytes: 0,
      isAnswering: true,
      framing: websocketFraming,
      send: () => undefined,
      sendBytes: () => true,
      ping() {
        pings.push({ id, atMs: clock.monotonic() })
        if (answers) session.heardAtMs = clock.monotonic()
      },
      close: () => undefined,
      terminate() {
        ended.push({ id, atMs: clock.monotonic() })
        keeper.remove(session, 1006)
      },
    }
    const credentials = { headers: {}, remoteAddress: '' }
    const session = new SocketSession(wire, { id, credentials, identity: { userId: id }, clock, limits })
    keeper.add(session)
    return session
  }
  return { clock, keeper, open, pings, ended }
}

describe('a keeper of connections', () => {
  it('asks a thousand that came together a few at a time, and each before its time is over', () => {
    const { clock, keeper, open, pings } = openKept()
    for (let index = 0; index < 1_000; index++) open(`quiet${index}`)
    const inStep: number[] = []
    for (let step = 0; step < 1_200; step++) {
      const before = pings.length
      clock.advance(stepMs)
      inStep.push(pings.length - before)
    }
    // One in 4 to 8 seconds each are 8 in a step.
    expect(Math.max(...inStep)).toBeLessThan(50)
    const lastAt = new Map<string, number>()
    for (const { id, atMs } of pings) {
      expect(atMs - (lastAt.get(id) ?? 0)).toBeLessThanOrEqual(limits.pingIntervalMs + 1_100)
      lastAt.set(id, atMs)
    }
    expect(lastAt.size).toBe(1_000)
    keeper.stop()
  })

  it('overlooks nobody while others come and go', () => {
    const { clock, keeper, open, pings, ended } = openKept()
    const passing: SocketSession[] = []
    for (let index = 0; index < 100; index++) open(`staying${index}`)
    open('deaf', false)
    for (let step = 0; step < 600; step++) {
      passing.push(open(`passing${step}`))
      const gone = step % 3 === 0 ? passing.shift() : passing.pop()
      if (gone) keeper.remove(gone, 1000)
      clock.advance(stepMs)
    }
    const asked = new Set(pings.map(({ id }) => id).filter((id) => id.startsWith('staying')))
    expect(asked.size).toBe(100)
    expect(ended.map(({ id }) => id)).toEqual(['deaf'])
    expect(ended[0]?.atMs).toBeGreaterThan(limits.deadAfterMs)
    expect(ended[0]?.atMs).toBeLessThan(limits.deadAfterMs + 2_000)
    keeper.stop()
  })
})
