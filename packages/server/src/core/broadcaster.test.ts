import { describe, expect, it } from 'vitest'
import { createEmit } from '../telemetry/emit.ts'
import type { Emit, TelemetryEvents } from '../telemetry/events.ts'
import { createManualClock } from '../testing/manual-clock.ts'
import { Broadcaster, type Queued } from './broadcaster.ts'

const item = (type = 'info', id = 'c'): Queued => ({ group: `status:${id}`, type, rank: 1 })

/** A broadcaster whose deliveries are slow when they are told to be. */
function open(emit: Emit, queueLimit = 100) {
  const clock = createManualClock()
  const waited: [count: number, waitedMs: number][] = []
  const settle: (() => void)[] = []
  const state = { isSlow: false }
  const broadcaster = new Broadcaster<Queued>({
    clock,
    emit,
    queueLimit,
    deliver(_topic, items, since) {
      waited.push([items.length, clock.monotonic() - since])
      return state.isSlow ? new Promise((resolve) => settle.push(resolve)) : undefined
    },
    onShed: () => true,
    labelOf: ({ type }) => (type === 'invented' ? '' : type),
  })
  return { broadcaster, clock, waited, settle, state }
}

describe('the broadcaster tells', () => {
  it('since when the first of a delivery waits, also behind a slow one', async () => {
    const { broadcaster, clock, waited, settle, state } = open(createEmit(() => undefined))
    state.isSlow = true
    broadcaster.push(item())
    clock.settle()
    broadcaster.push(item())
    clock.settle()
    clock.advance(30)
    broadcaster.push(item())
    clock.settle()
    clock.advance(10)
    state.isSlow = false
    settle[0]?.()
    await broadcaster.flush()
    expect(waited).toEqual([
      [1, 0],
      [2, 40],
    ])
  })

  it('how many waited when it was emptied, with those behind slow topics', async () => {
    const drained: TelemetryEvents['broadcaster.drained'][] = []
    const { broadcaster, clock, settle, state } = open((name, event) => {
      if (name === 'broadcaster.drained') drained.push(event as TelemetryEvents['broadcaster.drained'])
    })
    state.isSlow = true
    for (let turn = 0; turn < 3; turn++) {
      broadcaster.push(item())
      broadcaster.push(item('info', 'd'))
      clock.settle()
    }
    expect(drained.map(({ count, depth }) => [count, depth])).toEqual([
      [2, 2],
      [2, 2],
      [2, 4],
    ])
    state.isSlow = false
    for (const resolve of settle) resolve()
    await broadcaster.flush()
  })

  it('what it shed by its label, never by a name that somebody made up', () => {
    const shed: TelemetryEvents['broadcaster.shed'][] = []
    const { broadcaster, clock } = open((name, event) => {
      if (name === 'broadcaster.shed') shed.push(event as TelemetryEvents['broadcaster.shed'])
    }, 2)
    for (const type of ['invented', 'info', 'invented', 'tool', 'tool']) broadcaster.push(item(type))
    clock.settle()
    expect(shed).toEqual([
      { category: '', count: 2 },
      { category: 'info', count: 1 },
    ])
  })

  it('nothing when nobody listens, and does not even look at the time', () => {
    const { broadcaster, clock, waited } = open(createEmit(undefined), 1)
    clock.advance(5)
    let looks = 0
    Object.assign(clock, { monotonic: () => looks++ })
    for (const type of ['info', 'tool', 'info']) broadcaster.push(item(type))
    clock.settle()
    // The one look is the test's own.
    expect([waited.length, looks]).toEqual([1, 1])
  })
})

describe('a topic that is slow', () => {
  it('takes no more than half of the room from all others, sheds the least important and tells it in its place', async () => {
    const handed: [topic: string, types: string[]][] = []
    const settle: (() => void)[] = []
    const clock = createManualClock()
    const broadcaster = new Broadcaster<Queued>({
      clock,
      emit: createEmit(undefined),
      queueLimit: 20,
      deliver(topic, items) {
        handed.push([topic, items.map(({ item: one, loss }) => (one ? one.type : JSON.stringify(loss.counts)))])
        return topic === 'status:slow' ? new Promise((resolve) => settle.push(resolve)) : undefined
      },
      onShed: () => true,
      labelOf: ({ type }) => type,
    })
    broadcaster.push(item('info', 'slow'))
    clock.settle()
    for (let count = 0; count < 40; count++) {
      broadcaster.push({ ...item(count % 10 === 0 ? 'error' : 'info', 'slow'), rank: count % 10 === 0 ? 2 : 1 })
      clock.settle()
    }
    expect(broadcaster.depth).toBe(10)
    expect(broadcaster.isFull).toBe(false)
    for (let count = 0; count < 10; count++) broadcaster.push(item('tool', 'quick'))
    clock.settle()
    expect(handed.at(-1)).toEqual(['status:quick', Array.from({ length: 10 }, () => 'tool')])
    settle.shift()?.()
    await new Promise((resolve) => setImmediate(resolve))
    const [, types] = handed.at(-1) ?? ['', []]
    expect(types.filter((type) => type === 'error')).toHaveLength(4)
    expect(types.filter((type) => type === 'info')).toHaveLength(6)
    const lost = types
      .filter((type) => type.startsWith('{'))
      .map((counts) => (JSON.parse(counts) as { info: number }).info)
    expect(lost.reduce((sum, count) => sum + count, 0)).toBe(30)
  })
})
