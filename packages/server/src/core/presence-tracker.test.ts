import { applyPresence, type PresenceFrame, type PresenceMember, TelltaleError } from '@telltale/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../../test/support/seeded.ts'
import { memoryPresenceStore } from '../adapters/memory/presence-store.ts'
import { SignalledGate } from '../async/gate.ts'
import type { Permit } from '../seams/permit.ts'
import type { TelemetryEvents } from '../telemetry/events.ts'
import { createManualClock } from '../testing/manual-clock.ts'
import { seededRandom } from '../testing/seeded-random.ts'
import { PresenceTracker, type Watcher } from './presence-tracker.ts'

const topic = 'status:c1'

function setUp() {
  const clock = createManualClock()
  const told: (readonly [string, unknown])[] = []
  const tracker = new PresenceTracker({
    store: memoryPresenceStore(),
    clock,
    random: seededRandom(1),
    emit: (name, event: TelemetryEvents[keyof TelemetryEvents]) => void told.push([name, event]),
    flushIntervalMs: 50,
    infoOf: ({ name }) => (typeof name === 'string' ? { name } : undefined),
  })
  return { clock, tracker, told }
}

type SetUp = ReturnType<typeof setUp>

const socketOf = (userId: string, name?: string): Watcher => ({
  identity: { userId, ...(name !== undefined && { name }) },
  transport: 'websocket',
})

/** A reader that takes a frame when it is asked to, and knows what it has then. */
function follow(tracker: PresenceTracker) {
  const ending = new AbortController()
  const iterator = tracker.read(topic, { signal: ending.signal, gate: null })
  const [frames, ids]: [PresenceFrame[], string[]] = [[], []]
  let members: readonly PresenceMember[] = []
  return {
    frames,
    ids,
    get members() {
      return members
    },
    async next(): Promise<PresenceFrame | null> {
      const { value } = await iterator.next()
      if (!value) return null
      frames.push(value.frame)
      ids.push(value.position)
      members = applyPresence(members, value.frame)
      return value.frame
    },
    stop: () => ending.abort(),
  }
}

const usersOf = (members: readonly PresenceMember[]): string[] =>
  members.map(({ userId, metas }) => `${userId} ${metas.length}`)

describe('a presence tracker', () => {
  it('has one meta a connection, however many streams that has, and one member a user', () => {
    const { tracker } = setUp()
    const tab = socketOf('ada')
    const leaves = [tab, tab, socketOf('ada'), socketOf('bob')].map((watcher) => tracker.join(topic, watcher))
    expect(usersOf(tracker.members(topic))).toEqual(['ada 2', 'bob 1'])
    leaves[0]?.()
    leaves[0]?.()
    expect(usersOf(tracker.members(topic))).toEqual(['ada 2', 'bob 1'])
    leaves[1]?.()
    leaves[2]?.()
    expect(usersOf(tracker.members(topic))).toEqual(['bob 1'])
  })

  it('does not let a late leave of an old stream take out what a newer one joined', () => {
    const { tracker, clock } = setUp()
    const tab = socketOf('ada')
    const leaveOld = tracker.join(topic, tab)
    leaveOld()
    clock.advance(1_000)
    tracker.join(topic, tab)
    leaveOld()
    expect(tracker.members(topic)).toMatchObject([{ metas: [{ joinedAt: '2026-01-01T00:00:01.000Z' }] }])
  })

  it('counts no caller in this process', () => {
    const { tracker } = setUp()
    const leave = tracker.join(topic, { identity: { userId: 'worker' }, transport: null })
    expect([tracker.members(topic), tracker.size.topics]).toEqual([[], 0])
    leave()
  })

  it('tells others what the newest connection says of its user', () => {
    const { tracker, clock } = setUp()
    tracker.join(topic, socketOf('ada', 'Ada'))
    clock.advance(1)
    const leave = tracker.join(topic, socketOf('ada', 'Countess'))
    expect(tracker.members(topic)).toMatchObject([{ userId: 'ada', info: { name: 'Countess' } }])
    leave()
    expect(tracker.members(topic)).toMatchObject([{ userId: 'ada', info: { name: 'Ada' } }])
  })

  it('tells telemetry of members, not of connections', () => {
    const { tracker, told } = setUp()
    const leaves = ['ada', 'ada', 'bob'].map((userId) => tracker.join(topic, socketOf(userId)))
    for (const leave of leaves) leave()
    expect(told).toEqual([
      ['presence.joined', { members: 1 }],
      ['presence.joined', { members: 2 }],
      ['presence.left', { members: 1 }],
      ['presence.left', { members: 0 }],
    ])
  })

  it('holds nothing after everybody left', async () => {
    const { tracker, clock } = setUp()
    const reader = follow(tracker)
    const leaves = ['ada', 'bob'].map((userId) => tracker.join(topic, socketOf(userId)))
    await reader.next()
    expect(tracker.size).toEqual({ topics: 1, feeds: 1, members: 2 })
    for (const leave of leaves) leave()
    reader.stop()
    expect(await reader.next()).toBeNull()
    expect([tracker.size, clock.timers]).toEqual([{ topics: 0, feeds: 0, members: 0 }, 0])
  })
})

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
    for (const userId of ['bob', 'cy', 'dan']) tracker.join(topic, socketOf(userId))
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
    let hasRoom = false
    const gate = new SignalledGate(
      () => hasRoom,
      (callback) => callback(),
    )
    const ending = new AbortController()
    const frames = tracker.read(topic, { signal: ending.signal, gate })
    const first = frames.next()
    for (const userId of ['ada', 'bob']) tracker.join(topic, socketOf(userId))
    hasRoom = true
    gate.release()
    expect(await first).toMatchObject({ value: { frame: { members: [{ userId: 'ada' }, { userId: 'bob' }] } } })
    hasRoom = false
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
