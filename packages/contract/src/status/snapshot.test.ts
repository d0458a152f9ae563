import { describe, expect, it } from 'vitest'
import { toFoldable } from '../../../../test/support/said-spans.ts'
import type { Foldable } from './foldable.ts'
import { emptySnapshot, type FoldState, foldBatch, foldStatus, restrictSnapshot } from './snapshot.ts'
import type { Span, SpanState } from './span.ts'

const tool = (offset: number, state?: SpanState): Foldable =>
  toFoldable(offset, 'tool', state && { span: spanIn(state) })
const info = (offset: number): Foldable => toFoldable(offset, 'info')
const spanIn = (state: SpanState): Span => ({ id: 's', name: 'Search', state, startedAt: '2026-01-01T00:00:00.000Z' })

/** Freezes a value and all it holds, so that a fold that changes its input throws. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.freeze(value)
    for (const item of Object.values(value)) frozen(item)
  }
  return value
}

const some: FoldState = frozen({
  position: 'e.3.3',
  latest: { tool: tool(3), info: info(2) },
  counts: { tool: 2, info: 1 },
  spans: {},
  failures: {},
})

describe('the fold', () => {
  it('keeps the newest update and the count of each category', () => {
    expect(foldBatch(emptySnapshot('e.0.0'), [tool(1), info(2), tool(3)], 'e.3.3')).toEqual(some)
  })

  it('folds one as it folds a batch of one', () => {
    expect(foldStatus(some, tool(4), 'e.4.4')).toEqual({
      ...some,
      position: 'e.4.4',
      latest: { tool: tool(4), info: info(2) },
      counts: { tool: 3, info: 1 },
    })
  })

  it('counts what a lagging reader skipped, also of categories that are not in the batch', () => {
    expect(foldBatch(some, [tool(9)], 'e.9.9', { tool: 5, progress: 2 })).toEqual({
      ...some,
      position: 'e.9.9',
      latest: { tool: tool(9), info: info(2) },
      counts: { tool: 8, info: 1, progress: 2 },
    })
    expect(foldBatch(some, [], 'e.9.9', { info: 1 }).counts).toEqual({ tool: 2, info: 2 })
  })

  it('keeps the spans and the last failure of each category', () => {
    const { spans, failures } = foldBatch(some, [tool(4, 'running'), tool(5, 'lost')], 'e.5.5')
    expect(spans['tool']).toMatchObject({ open: [], ended: [{ id: 's', state: 'lost', offset: 5 }], beyond: [] })
    expect(failures).toEqual({
      tool: { id: 'u5', offset: 5, text: 'tool 5', timestamp: tool(5).timestamp, spanId: 's' },
    })
  })

  it('takes no failure from a span that has ended otherwise, though the update counts and is the newest', () => {
    const ended = foldBatch(some, [tool(4, 'succeeded')], 'e.4.4')
    const late = foldBatch(ended, [tool(5, 'failed')], 'e.5.5')
    expect([late.failures, late.spans]).toEqual([{}, ended.spans])
    expect([late.counts['tool'], late.latest['tool']?.offset]).toEqual([4, 5])
  })

  it('forgets no failure because something else went well', () => {
    const failed = foldBatch(some, [toFoldable(4, 'error')], 'e.4.4')
    expect(foldBatch(failed, [tool(5, 'succeeded'), info(6)], 'e.6.6').failures).toEqual(failed.failures)
  })

  it('gives back the same object when nothing changes, and the same parts when only the position does', () => {
    expect(foldBatch(some, [], 'e.3.3')).toBe(some)
    expect(foldBatch(some, [], 'e.3.3', {})).toBe(some)
    const moved = foldBatch(some, [], 'e.4.4')
    expect(moved).toEqual({ ...some, position: 'e.4.4' })
    expect(moved.latest).toBe(some.latest)
    expect(moved.counts).toBe(some.counts)
    const said = foldBatch(some, [info(4)], 'e.4.4')
    expect([said.spans === some.spans, said.failures === some.failures]).toEqual([true, true])
  })

  it('changes neither what it is given nor what it gave before', () => {
    const skipped = frozen({ tool: 1 })
    const before = structuredClone(some)
    const next = foldBatch(some, frozen([tool(4, 'started')]), 'e.4.4', skipped)
    expect(some).toEqual(before)
    expect(next.latest['info']).toBe(some.latest['info'])
    foldStatus(frozen(next), tool(5, 'failed'), 'e.5.5')
    expect(next.counts['tool']).toBe(4)
    expect(next.spans['tool']?.open).toHaveLength(1)
  })
})

describe('restrictSnapshot', () => {
  it('keeps the part that concerns some categories, at the same position', () => {
    const whole = foldBatch(some, [tool(4, 'failed'), toFoldable(5, 'error')], 'e.5.5')
    expect(restrictSnapshot(whole, ['tool', 'progress'])).toEqual({
      position: 'e.5.5',
      latest: { tool: tool(4, 'failed') },
      counts: { tool: 3 },
      spans: { tool: whole.spans['tool'] },
      failures: { tool: whole.failures['tool'] },
    })
    expect(restrictSnapshot(some, [])).toEqual(emptySnapshot('e.3.3'))
  })

  it('keeps a count that has no latest, as a loss can leave it', () => {
    const counted = foldBatch(emptySnapshot('e.1.1'), [], 'e.2.2', { tool: 3 })
    expect(restrictSnapshot(counted, ['tool']).counts).toEqual({ tool: 3 })
  })
})
