import { defaultContract, type PositionedFrame } from '@telltale/contract'
import { describe, expect, it } from 'vitest'
import { memoryBackplane } from '../adapters/memory/backplane.ts'
import { SignalledGate } from '../async/gate.ts'
import { statusDomain, type WireSnapshot, type WireUpdate } from '../publisher/domain.ts'
import type { StatusEvent } from '../publisher/encode.ts'
import { createEmit } from '../telemetry/emit.ts'
import { createManualClock } from '../testing/manual-clock.ts'
import { seededRandom } from '../testing/seeded-random.ts'
import { createFilter } from './filter.ts'
import { Hub } from './hub.ts'
import { PushedReader } from './pushed-reader.ts'

const topic = 'status:c'
const limits = { flushIntervalMs: 0, batchSize: 1, frameMaxBytes: 1_000, lagMaxBytes: 100_000 }

function unreachable(): never {
  throw new Error('all categories are known')
}

function setUp() {
  const clock = createManualClock()
  const emit = createEmit(undefined)
  const backplane = memoryBackplane()<StatusEvent, WireSnapshot>({ clock, random: seededRandom(1), emit })
  const domain = statusDomain(defaultContract, { size: 100, ttlMs: 60_000 })
  const hub = new Hub<StatusEvent, WireUpdate, WireSnapshot>({ domain, backplane, clock, emit, limits })
  const filter = createFilter(domain.spec) ?? unreachable()
  const room = { hasRoom: true }
  const gate = new SignalledGate(room, clock)
  let said = 0
  const say = async (): Promise<void> => {
    const body = `"id":"${++said}","category":"info","text":"${said}"}`
    const draft = { kind: 'event', id: `${said}`, type: 'info', priority: 'normal', at: clock.now(), body } as const
    await hub.append(topic, [{ ...draft, event: JSON.parse(`{${body}`) as StatusEvent }])
  }
  /** Begins a reader, and tells what becomes of it. */
  function begin(options: { isHeld?: boolean } = {}) {
    const told: string[] = []
    const textOf = ({ frame }: PositionedFrame): string =>
      frame.type === 'batch' ? frame.updates.map((update) => (update as WireUpdate).text).join() : frame.type
    const sink = {
      frame: (frame: PositionedFrame) => void told.push(textOf(frame)),
      ended: () => void told.push('ended'),
      failed: (error: unknown) => void told.push(String(error)),
    }
    const reader = new PushedReader<StatusEvent, WireUpdate, WireSnapshot>(sink, { gate, emit })
    let open = (): void => undefined
    const held = options.isHeld
      ? new Promise<void>((resolve) => {
          open = resolve
        })
      : undefined
    const opening = async () => {
      await held
      return hub.open(topic, filter, 'live')
    }
    const greeting = { streamId: 's', available: [], clock, gate, emit }
    const enter = () => {
      told.push('entered')
      return () => void told.push('left')
    }
    const done = reader.begin(opening, { ...greeting, enter, never: () => void told.push('never') })
    return { reader, told, done, open: () => open() }
  }
  return { hub, clock, room, gate, say, begin }
}

describe('a pushed reader', () => {
  it('is pushed what comes, as it comes', async () => {
    const { begin, say } = setUp()
    const { told, done } = begin()
    await done
    await say()
    await say()
    expect(told).toEqual(['entered', 'ready', '1', '2'])
  })

  it('waits at the gate, and goes on where it was', async () => {
    const { begin, say, room, gate, clock } = setUp()
    const { told, done } = begin()
    await done
    room.hasRoom = false
    await say()
    await say()
    expect(told).toEqual(['entered', 'ready'])
    room.hasRoom = true
    gate.release()
    clock.advance(0)
    expect(told).toEqual(['entered', 'ready', '1', '2'])
  })

  it('that is stopped at the gate stands in nobody’s way', async () => {
    const { begin, say, room, gate } = setUp()
    const [first, second] = [begin(), begin()]
    await Promise.all([first.done, second.done])
    room.hasRoom = false
    await say()
    first.reader.abort()
    room.hasRoom = true
    // One is let in at a time: it has to be the one that is still there.
    gate.release()
    expect(first.told).toEqual(['entered', 'ready', 'left', 'ended'])
    expect(second.told).toEqual(['entered', 'ready', '1'])
  })

  it('that is stopped before it had a place gives back nothing but tells so', async () => {
    const { begin, hub } = setUp()
    const { reader, told, done, open } = begin({ isHeld: true })
    reader.abort()
    open()
    await done
    expect(told).toEqual(['never', 'ended'])
    expect(hub.size).toEqual({ topics: 0, readers: 0 })
  })

  it('ends once, whoever ends it', async () => {
    const { begin, hub, say } = setUp()
    const { reader, told, done } = begin()
    await done
    reader.abort()
    reader.abort()
    reader.wake()
    await say()
    expect(told).toEqual(['entered', 'ready', 'left', 'ended'])
    expect(hub.size.readers).toBe(0)
  })

  it('whose sink fails ends alone', async () => {
    const { begin, say } = setUp()
    const other = begin()
    const { told, done } = begin()
    await Promise.all([other.done, done])
    const push = told.push.bind(told)
    told.push = (...texts) => {
      if (texts[0] === '1') throw new Error('broken')
      return push(...texts)
    }
    await say()
    await say()
    expect([...told]).toEqual(['entered', 'ready', 'left', 'Error: broken'])
    expect(other.told).toEqual(['entered', 'ready', '1', '2'])
  })
})
