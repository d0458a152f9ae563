import { describe, expect, it } from 'vitest'
import { emptySnapshot, type FoldState, foldBatch, foldStatus, restrictSnapshot } from './snapshot.ts'

interface Update {
  readonly category: string
  readonly id: string
}

const tool = (id: string): Update => ({ category: 'tool', id })
const info = (id: string): Update => ({ category: 'info', id })

/** Freezes a value and all it holds, so that a fold that changes its input throws. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.freeze(value)
    for (const item of Object.values(value)) frozen(item)
  }
  return value
}

const some: FoldState<Update> = frozen({
  position: 'e.3.3',
  latest: { tool: tool('t2'), info: info('i1') },
  counts: { tool: 2, info: 1 },
})

describe('the fold', () => {
  it('keeps the newest update and the count of each category', () => {
    expect(foldBatch(emptySnapshot('e.0.0'), [tool('t1'), info('i1'), tool('t2')], 'e.3.3')).toEqual(some)
  })

  it('folds one as it folds a batch of one', () => {
    expect(foldStatus(some, tool('t3'), 'e.4.4')).toEqual({
      position: 'e.4.4',
      latest: { tool: tool('t3'), info: info('i1') },
      counts: { tool: 3, info: 1 },
    })
  })

  it('counts what a lagging reader skipped, also of categories that are not in the batch', () => {
    expect(foldBatch(some, [tool('t9')], 'e.9.9', { tool: 5, progress: 2 })).toEqual({
      position: 'e.9.9',
      latest: { tool: tool('t9'), info: info('i1') },
      counts: { tool: 8, info: 1, progress: 2 },
    })
    expect(foldBatch(some, [], 'e.9.9', { info: 1 }).counts).toEqual({ tool: 2, info: 2 })
  })

  it('gives back the same object when nothing changes, and the same parts when only the position does', () => {
    expect(foldBatch(some, [], 'e.3.3')).toBe(some)
    expect(foldBatch(some, [], 'e.3.3', {})).toBe(some)
    const moved = foldBatch(some, [], 'e.4.4')
    expect(moved).toEqual({ ...some, position: 'e.4.4' })
    expect(moved.latest).toBe(some.latest)
    expect(moved.counts).toBe(some.counts)
  })

  it('changes neither what it is given nor what it gave before', () => {
    const skipped = frozen({ tool: 1 })
    const before = structuredClone(some)
    const next = foldBatch(some, frozen([tool('t3')]), 'e.4.4', skipped)
    expect(some).toEqual(before)
    expect(next.latest['info']).toBe(some.latest['info'])
    foldStatus(frozen(next), tool('t4'), 'e.5.5')
    expect(next.counts['tool']).toBe(4)
  })
})

describe('restrictSnapshot', () => {
  it('keeps the part that concerns some categories, at the same position', () => {
    expect(restrictSnapshot(some, ['tool', 'progress'])).toEqual({
      position: 'e.3.3',
      latest: { tool: tool('t2') },
      counts: { tool: 2 },
    })
    expect(restrictSnapshot(some, [])).toEqual(emptySnapshot('e.3.3'))
  })

  it('keeps a count that has no latest, as a loss can leave it', () => {
    const counted = foldBatch(emptySnapshot('e.1.1'), [], 'e.2.2', { tool: 3 })
    expect(restrictSnapshot(counted, ['tool']).counts).toEqual({ tool: 3 })
  })
})
