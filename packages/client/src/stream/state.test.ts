import { emptySnapshot } from '@telltale/contract/wire'
import { describe, expect, it } from 'vitest'
import { toFoldable } from '../../../../test/support/said-spans.ts'
import { type AnyUpdate, initialStreamState, reduceStream, type StreamState } from './state.ts'

const update = (offset: number, category = 'tool'): AnyUpdate => toFoldable(offset, category)
const snapshotAt = (position: string, count = 1) => ({ ...emptySnapshot(position), counts: { tool: count } })
const ready = (from: string, more: object = {}) => ({
  type: 'ready',
  streamId: 's1',
  from,
  head: from,
  categories: ['tool'],
  available: ['tool', 'info'],
  replaying: false,
  serverTime: '2026-01-01T00:00:00.000Z',
  protocol: 1,
  ...more,
})
const batch = (after: string, updates: readonly AnyUpdate[], more: object = {}) => ({
  type: 'batch',
  after,
  updates,
  ...more,
})
const gap = (after: string, more: object = {}) => ({ type: 'gap', after, reason: 'slow', missed: 3, ...more })

/** The state after some tracked frames, each of which has to be accepted. */
function after(...frames: readonly (readonly [id: string, frame: object])[]): StreamState {
  return frames.reduce((state, [id, frame]) => {
    const reduction = reduceStream(state, id, frame)
    expect(reduction.verdict).toBe('accepted')
    return reduction.state
  }, initialStreamState)
}

/** Live at e.5.5, with one update had. */
const live = Object.freeze(after(['e.4.4', ready('e.4.4', { head: 'e.5.5' })], ['e.5.5', batch('e.4.4', [update(5)])]))

describe('reduceStream: what each frame turns out to be', () => {
  it.each<[what: string, state: StreamState, id: string, frame: unknown, verdict: string]>([
    ['the first ready', initialStreamState, 'e.4.4', ready('e.4.4'), 'accepted'],
    ['a ready where it is', live, 'e.5.5', ready('e.5.5'), 'accepted'],
    ['a ready elsewhere without a snapshot', live, 'e.9.9', ready('e.9.9'), 'broken'],
    ['a ready elsewhere with a snapshot', live, 'f.2.2', ready('f.2.2', { snapshot: snapshotAt('f.2.2') }), 'accepted'],
    ['a batch before any ready', initialStreamState, 'e.1.1', batch('e.0.0', [update(1)]), 'broken'],
    ['the next batch', live, 'e.6.6', batch('e.5.5', [update(6)]), 'accepted'],
    ['an empty batch', live, 'e.261.6', batch('e.5.5', []), 'accepted'],
    ['the last batch again', live, 'e.5.5', batch('e.4.4', [update(5)]), 'duplicate'],
    ['an older batch again', live, 'e.3.3', batch('e.2.2', [update(3)]), 'duplicate'],
    ['a batch behind one that was lost', live, 'e.7.7', batch('e.6.6', [update(7)]), 'broken'],
    ['a batch that begins before and ends behind', live, 'e.6.6', batch('e.4.4', [update(5), update(6)]), 'broken'],
    ['a batch of another life of the log', live, 'f.6.6', batch('f.5.5', [update(6)]), 'broken'],
    ['a batch from a place of another entry', live, 'e.6.6', batch('e.5.7', [update(6)]), 'broken'],
    ['a batch with an id that is no position', live, 'what', batch('e.4.4', []), 'broken'],
    ['a gap before any ready', initialStreamState, 'e.1.1', gap('e.0.0'), 'broken'],
    ['the next gap', live, 'e.8.8', gap('e.5.5'), 'accepted'],
    ['a gap over into another life of the log', live, 'f.2.2', gap('e.5.5', { reason: 'epoch' }), 'accepted'],
    ['a gap again', live, 'e.5.5', gap('e.4.4'), 'duplicate'],
    ['a gap behind a frame that was lost', live, 'e.9.9', gap('e.7.7'), 'broken'],
    ['a type of frame from a newer server', live, 'e.6.6', { type: 'novelty', after: 'e.5.5' }, 'unknown'],
    ['no frame at all', live, 'e.6.6', null, 'unknown'],
    ['a text', live, 'e.6.6', 'ready', 'unknown'],
  ])('%s', (_what, state, id, frame, verdict) => {
    const reduction = reduceStream(state, id, frame)
    expect(reduction.verdict).toBe(verdict)
    if (verdict !== 'accepted') expect(reduction.state).toBe(state)
  })
})

describe('reduceStream: what it knows after a frame', () => {
  it('takes from the first ready where it is, and what it may ask for', () => {
    expect(after(['e.4.4', ready('e.4.4', { head: 'e.9.9', replaying: true })])).toEqual({
      position: 'e.4.4',
      head: 'e.9.9',
      integrity: 'catching-up',
      replayedTo: 'e.9.9',
      snapshot: emptySnapshot('e.4.4'),
      lost: [],
      missed: 0,
      isMissedExact: true,
      categories: ['tool'],
      available: ['tool', 'info'],
    })
  })

  it('takes the snapshot of a ready, and keeps its own when the stream just goes on', () => {
    const snapshot = snapshotAt('e.4.4', 7)
    const begun = after(['e.4.4', ready('e.4.4', { snapshot })])
    expect(begun.snapshot).toEqual(snapshot)
    expect(reduceStream(begun, 'e.4.4', ready('e.4.4')).state.snapshot).toBe(begun.snapshot)
  })

  it('takes the snapshot of a server that does not know of spans yet as one without any', () => {
    const old = { position: 'e.4.4', latest: {}, counts: { tool: 7 } }
    expect(after(['e.4.4', ready('e.4.4', { snapshot: old })]).snapshot).toEqual(snapshotAt('e.4.4', 7))
  })

  it('hands on the updates of a batch, folds them, and stands behind them', () => {
    const updates = [update(6), update(8, 'info')]
    const reduction = reduceStream(live, 'e.9.9', batch('e.5.5', updates, { skipped: { tool: 2 } }))
    expect(reduction).toMatchObject({ verdict: 'accepted', updates, gap: null })
    expect(reduction.state).toMatchObject({
      position: 'e.9.9',
      snapshot: {
        position: 'e.9.9',
        latest: { tool: { id: 'u6' }, info: { id: 'u8' } },
        counts: { tool: 4, info: 1 },
      },
    })
  })

  it('only moves on an empty batch, and keeps what it shows the same objects', () => {
    const { state } = reduceStream(live, 'e.261.6', batch('e.5.5', []))
    expect(state.position).toBe('e.261.6')
    expect(state.snapshot.latest).toBe(live.snapshot.latest)
    expect(state.snapshot.counts).toBe(live.snapshot.counts)
  })

  it('tells what a gap says, and adds up what was missed', () => {
    const snapshot = snapshotAt('e.8.8', 9)
    const frame = gap('e.5.5', { missed: 3, dropped: { tool: 3 }, snapshot })
    const reduction = reduceStream(live, 'e.8.8', frame)
    expect(reduction).toMatchObject({
      verdict: 'accepted',
      updates: [],
      gap: { reason: 'slow', missed: 3, dropped: { tool: 3 }, snapshot },
    })
    expect(reduction.state).toMatchObject({ position: 'e.8.8', missed: 3, isMissedExact: true, snapshot })
    const again = reduceStream(reduction.state, 'e.9.9', gap('e.8.8', { missed: 2 }))
    expect(again.state.missed).toBe(5)
  })

  it('remembers that something was missed that nobody could count', () => {
    const { state, ...rest } = reduceStream(live, 'f.2.2', gap('e.5.5', { reason: 'epoch', missed: null }))
    expect(rest).toMatchObject({ gap: { missed: null, dropped: null, snapshot: null } })
    expect(state).toMatchObject({ missed: 0, isMissedExact: false })
    expect(reduceStream(state, 'f.3.3', gap('f.2.2', { missed: 4 })).state).toMatchObject({
      missed: 4,
      isMissedExact: false,
    })
  })

  it('changes nothing it is given', () => {
    const freeze = <T>(value: T): T => {
      if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze)
      return value
    }
    const state = freeze(structuredClone(live))
    for (const [id, frame] of [
      ['e.5.5', ready('e.5.5')],
      ['e.6.6', batch('e.5.5', [update(6)], { skipped: { tool: 1 } })],
      ['e.6.6', gap('e.5.5', { snapshot: snapshotAt('e.6.6') })],
    ] as const) {
      expect(reduceStream(state, id, freeze(frame)).verdict).toBe('accepted')
    }
    expect(state).toEqual(live)
  })
})

describe('reduceStream: integrity', () => {
  const replaying = after(['e.1.1', ready('e.1.1', { head: 'e.5.5', replaying: true })])
  const holed = after(['e.1.1', ready('e.1.1')], ['e.4.4', gap('e.1.1', { reason: 'corrupt' })])

  it.each<[what: string, state: StreamState, integrity: string]>([
    ['a ready with nothing to replay', after(['e.1.1', ready('e.1.1')]), 'live'],
    ['a ready before a replay', replaying, 'catching-up'],
    ['a batch short of the head', reduceStream(replaying, 'e.4.4', batch('e.1.1', [update(4)])).state, 'catching-up'],
    ['the batch that reaches the head', reduceStream(replaying, 'e.5.5', batch('e.1.1', [update(5)])).state, 'live'],
    ['a batch that passes the head', reduceStream(replaying, 'e.7.7', batch('e.1.1', [update(7)])).state, 'live'],
    ['a gap nothing repairs', holed, 'gap'],
    ['a batch behind such a gap', reduceStream(holed, 'e.5.5', batch('e.4.4', [update(5)])).state, 'gap'],
    [
      'a gap that brings its repair',
      reduceStream(holed, 'e.9.9', gap('e.4.4', { snapshot: snapshotAt('e.9.9') })).state,
      'live',
    ],
    [
      'a loss of what was never accepted',
      reduceStream(live, 'e.6.6', gap('e.5.5', { reason: 'overflow' })).state,
      'live',
    ],
    [
      'such a loss short of the head',
      reduceStream(replaying, 'e.2.2', gap('e.1.1', { reason: 'overflow' })).state,
      'catching-up',
    ],
    [
      'a gap over into another life, with its repair',
      reduceStream(replaying, 'f.2.2', gap('e.1.1', { reason: 'epoch', snapshot: snapshotAt('f.2.2') })).state,
      'live',
    ],
  ])('after %s', (_what, state, integrity) => {
    expect(state.integrity).toBe(integrity)
  })
})

describe('reduceStream: what was once a fault', () => {
  const holed = after(['e.1.1', ready('e.1.1')], ['e.4.4', gap('e.1.1', { reason: 'corrupt' })])

  it('stays in the gap when the stream only goes on after a reconnect: nothing was repaired', () => {
    expect(reduceStream(holed, 'e.4.4', ready('e.4.4')).state.integrity).toBe('gap')
  })

  it('stays in the gap when a loss without a snapshot follows: nothing was repaired', () => {
    expect(reduceStream(holed, 'e.5.5', gap('e.4.4', { reason: 'overflow' })).state.integrity).toBe('gap')
  })

  it('does not go back when the ready of its beginning comes again', () => {
    const first = ready('e.4.4', { snapshot: snapshotAt('e.4.4') })
    const begun = after(['e.4.4', first], ['e.6.6', batch('e.4.4', [update(6)])])
    expect(reduceStream(begun, 'e.4.4', first).state.position).toBe('e.6.6')
  })

  it('does not throw for a batch without updates, which would be an uncaught error in the client', () => {
    expect(() => reduceStream(live, 'e.6.6', { type: 'batch', after: 'e.5.5' })).not.toThrow()
  })
})
