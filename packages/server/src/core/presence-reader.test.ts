import { setImmediate as turn } from 'node:timers/promises'
import { TelltaleError } from '@telltale/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { follow, type SetUp, setUp, socketOf, topic } from '../../../../test/support/followed-presence.ts'
import { runs } from '../../../../test/support/seeded.ts'
import { SignalledGate } from '../async/gate.ts'
import type { Permit } from '../seams/permit.ts'
import { createManualClock } from '../testing/manual-clock.ts'
import type { PresenceTracker } from './presence-tracker.ts'

describe('a reader of presence', () => {
  it('gets the state, then what changes, each under a place of its own', async () => {
    const { tracker, clock } = setUp()
    const leave = tracker.join(topic, socketOf('ada'))
    const reader = follow(tracker)
    expect(await reader.next()).toMatchObject({ type: 'state', members: [{ userId: 'ada' }] })
    const coming = reader.next()
    tracker.join(topic, socketOf('bob'))
    expect(await coming).toMatchObject({ type: 'diff', joins: [{ userId: 'bob' }], leaves: [] })
    const going = reader.next()
    leave()
    clock.advance(50)
    expect(await going).toMatchObject({ type: 'diff', joins: [], leaves: [{ userId: 'ada', metas: [{}] }] })
    const another = follow(tracker)
    await another.next()
    expect(new Set([...reader.ids, ...another.ids]).size).toBe(4)
    reader.stop()
    another.stop()
  })

  it('is woken at once when it was quiet, and at most once in the interval when it is not', async () => {
    const { tracker, clock } = setUp()
    const reader = follow(tracker)
    await reader.next()
    const first = reader.next()
    tracker.join(topic, socketOf('ada'))
    await first
    const second = reader.next()
    for (const userId of ['bob', 'cy', 'dan']) {
      tracker.join(topic, socketOf(userId))
      await turn()
    }
    clock.advance(50)
    await second
    expect(reader.frames.map((frame) => (frame.type === 'diff' ? frame.joins.length : frame.type))).toEqual([
      'state',
      1,
      3,
    ])
    reader.stop()
  })

  it('hears nothing of what came and went in between', async () => {
    const { tracker, clock } = setUp()
    const reader = follow(tracker)
    await reader.next()
    for (let count = 0; count < 20; count++) tracker.join(topic, socketOf('eve'))()
    const next = reader.next()
    tracker.join(topic, socketOf('ada'))
    clock.advance(50)
    expect(await next).toMatchObject({ type: 'diff', joins: [{ userId: 'ada' }], leaves: [] })
    reader.stop()
  })

  it('gets the state again when it is further behind than changes are kept', async () => {
    const { tracker } = setUp()
    const reader = follow(tracker)
    await reader.next()
    const leaves = Array.from({ length: 64 }, (_, index) => tracker.join(topic, socketOf(`u${index}`)))
    expect(await reader.next()).toMatchObject({ type: 'diff' })
    for (const leave of leaves) leave()
    tracker.join(topic, socketOf('ada'))
    expect(await reader.next()).toMatchObject({ type: 'state', members: [{ userId: 'ada' }] })
    reader.stop()
  })

  it('gets the identical frame as everybody who is where it is', async () => {
    const { tracker } = setUp()
    const readers = [follow(tracker), follow(tracker)]
    await Promise.all(readers.map((reader) => reader.next()))
    const next = Promise.all(readers.map((reader) => reader.next()))
    tracker.join(topic, socketOf('ada'))
    const [a, b] = await next
    expect(a).toBe(b)
    for (const reader of readers) reader.stop()
  })

  it('waits at the gate, and holds no frames there', async () => {
    const { tracker } = setUp()
    const room = { hasRoom: false }
    const gate = new SignalledGate(room, createManualClock())
    const ending = new AbortController()
    const frames = tracker.read(topic, { signal: ending.signal, gate })
    const first = frames.next()
    await turn()
    for (const userId of ['ada', 'bob']) tracker.join(topic, socketOf(userId))
    room.hasRoom = true
    gate.release()
    expect(await first).toMatchObject({ value: { frame: { members: [{ userId: 'ada' }, { userId: 'bob' }] } } })
    room.hasRoom = false
    const held = frames.next()
    ending.abort()
    expect(await held).toEqual({ value: undefined, done: true })
  })

  it('ends when its leave is taken back, with the reason', async () => {
    const { tracker } = setUp()
    const over = new TelltaleError('NOT_FOUND', 'no such conversation')
    const permit: { -readonly [TName in keyof Permit]: Permit[TName] } = {
      over: null,
      onOver: () => undefined,
      release: () => undefined,
    }
    const { signal } = new AbortController()
    const frames = tracker.read(topic, { signal, gate: null, admit: () => permit })
    await frames.next()
    const next = frames.next()
    permit.over = over
    permit.onOver()
    await expect(next).rejects.toBe(over)
    expect(tracker.size.feeds).toBe(0)
  })

  it('ends when the tracker is disposed', async () => {
    const { tracker } = setUp()
    const reader = follow(tracker)
    await reader.next()
    const next = reader.next()
    tracker.dispose()
    expect(await next).toBeNull()
  })

  it('has exactly what the tracker has, whatever came and went and however seldom it read', async () => {
    const step = fc.record({
      kind: fc.constantFrom('toggle', 'toggle', 'toggle', 'toggle', 'flood', 'read', 'read', 'wait'),
      which: fc.nat(9),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const all = setUp()
        const { tracker, clock } = all
        const toggle = createCrowd(tracker)
        const readers = [follow(tracker), follow(tracker), follow(tracker)]
        await Promise.all(readers.map((reader) => reader.next()))
        const acts: { readonly [kind: string]: (which: number) => unknown } = {
          toggle,
          flood: (which) => Array.from({ length: 70 }, (_, index) => toggle((which + index) % 10)),
          wait: () => clock.advance(20),
          read: (which) => checkReader(all, readers[which % 3]),
        }
        for (const { kind, which } of steps) await acts[kind]?.(which)
        for (const reader of readers) {
          await checkReader(all, reader)
          reader.stop()
        }
      }),
      runs(100),
    )
  })
})

/** Ten connections of four users; each call lets one of them come or go. */
function createCrowd(tracker: PresenceTracker): (which: number) => void {
  const sockets = Array.from({ length: 10 }, (_, index) => socketOf(`u${index % 4}`, `name ${index}`))
  const leaves = new Map<number, () => void>()
  return (which) => {
    const leave = leaves.get(which)
    const socket = sockets[which]
    leaves.delete(which)
    if (leave) leave()
    else if (socket) leaves.set(which, tracker.join(topic, socket))
  }
}

/** Lets something new happen, so that there is something to read for certain, and compares. */
async function checkReader({ tracker, clock }: SetUp, reader: ReturnType<typeof follow> | undefined): Promise<void> {
  const leave = tracker.join(topic, socketOf('somebody new'))
  clock.advance(50)
  await reader?.next()
  expect(reader?.members).toEqual(tracker.members(topic))
  leave()
}
