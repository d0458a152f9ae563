import { emptySnapshot, type FoldState, foldBatch, foldStatus, restrictSnapshot } from '@telltale/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../support/seeded.ts'

interface Update {
  readonly id: number
  readonly category: string
  readonly key: string | undefined
}

const names = ['engine', 'tool', 'progress', 'info'] as const
const log: fc.Arbitrary<readonly Update[]> = fc
  .array(fc.record({ category: fc.constantFrom(...names), key: fc.constantFrom(undefined, 'a', 'b') }), {
    maxLength: 40,
  })
  .map((drafts) => drafts.map((draft, id) => Object.freeze({ ...draft, id })))
const filter = fc.subarray([...names])

const at = (offset: number): string => `e.${offset}.0`
const nothing: FoldState<Update> = emptySnapshot(at(0))

function fold(updates: readonly Update[]): FoldState<Update> {
  return foldBatch(nothing, updates, at(updates.length))
}

/** What a lagging reader gets instead: updates that a later one stands for are left out, and counted. */
function conflate(updates: readonly Update[]): { left: Update[]; skipped: Record<string, number> } {
  const skipped: Record<string, number> = {}
  const left = updates.filter(({ id, category, key }) => {
    const isReplaced = updates.some((later) => later.id > id && later.category === category && later.key === key)
    if (key === undefined || !isReplaced) return true
    skipped[category] = (skipped[category] ?? 0) + 1
    return false
  })
  return { left, skipped }
}

describe('the fold, for any log', () => {
  it('folds a batch as it folds its updates one by one', () => {
    fc.assert(
      fc.property(log, (updates) => {
        const oneByOne = updates.reduce((state, update, index) => foldStatus(state, update, at(index + 1)), nothing)
        expect(fold(updates)).toEqual(oneByOne)
      }),
      runs(500),
    )
  })

  it('does not care where the log was cut into frames', () => {
    fc.assert(
      fc.property(log, fc.nat({ max: 40 }), (updates, cut) => {
        const before = fold(updates.slice(0, cut))
        expect(foldBatch(before, updates.slice(cut), at(updates.length))).toEqual(fold(updates))
      }),
      runs(500),
    )
  })

  it('can be filtered before or after: restrict(fold(all)) = fold(filtered)', () => {
    fc.assert(
      fc.property(log, filter, (updates, categories) => {
        const filtered = updates.filter(({ category }) => categories.some((name) => name === category))
        expect(restrictSnapshot(fold(updates), categories)).toEqual(foldBatch(nothing, filtered, at(updates.length)))
      }),
      runs(1_000),
    )
  })

  it('is the same for a reader who lagged and skipped what a later update stands for', () => {
    fc.assert(
      fc.property(log, (updates) => {
        const { left, skipped } = conflate(updates)
        expect(foldBatch(nothing, left, at(updates.length), skipped)).toEqual(fold(updates))
      }),
      runs(500),
    )
  })

  it('can be restricted twice as well as once', () => {
    fc.assert(
      fc.property(log, filter, filter, (updates, wide, narrow) => {
        const both = narrow.filter((name) => wide.includes(name))
        expect(restrictSnapshot(restrictSnapshot(fold(updates), wide), narrow)).toEqual(
          restrictSnapshot(fold(updates), both),
        )
      }),
      runs(300),
    )
  })
})
