import {
  emptySnapshot,
  type Foldable,
  type FoldState,
  foldBatch,
  foldStatus,
  restrictSnapshot,
  type SpanBounds,
} from '@telltale/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { conflate, saidCategories, sayings, sortById, toUpdates, trueSpans } from '../support/said-spans.ts'
import { runs } from '../support/seeded.ts'

const longMs = 3_600_000
const log = sayings.map(toUpdates)
const filter = fc.subarray([...saidCategories])
/** So small that every bound is met, and so large that none is. */
const bounds = fc.constantFrom<SpanBounds>(
  { openMax: 2, beyondMax: 2, endedMax: 2 },
  { openMax: 1, beyondMax: 9, endedMax: 1 },
  { openMax: 9, beyondMax: 9, endedMax: 9 },
)

const at = (offset: number): string => `e.${offset}.0`
const nothing: FoldState = emptySnapshot(at(0))

function fold(updates: readonly Foldable[], within: SpanBounds, to = updates.length): FoldState {
  return foldBatch(nothing, updates, at(to), {}, within)
}

/** Where records stand among the open ones means nothing: what was left out need not have stood where it would have. */
function unordered(state: FoldState): FoldState {
  const spans = Object.entries(state.spans).map(([category, { open, ended, beyond }]) => [
    category,
    { open: sortById(open), ended, beyond: [...beyond].sort() },
  ])
  return { ...state, spans: Object.fromEntries(spans) }
}

describe('the fold, for any log', () => {
  it(
    'folds a batch as it folds its updates one by one',
    () => {
      fc.assert(
        fc.property(log, (updates) => {
          const oneByOne = updates.reduce((state, update, index) => foldStatus(state, update, at(index + 1)), nothing)
          expect(foldBatch(nothing, updates, at(updates.length))).toEqual(oneByOne)
        }),
        runs(300, 'FOLD_RUNS'),
      )
    },
    longMs,
  )

  it(
    'does not care where the log was cut: a snapshot and the updates after it fold to the snapshot at the end, for any filter',
    () => {
      fc.assert(
        fc.property(
          log,
          fc.array(fc.nat({ max: 60 }), { maxLength: 4 }),
          filter,
          bounds,
          (updates, cuts, names, within) => {
            const filtered = updates.filter(({ category }) => names.some((name) => name === category))
            for (const cut of cuts) {
              const before = restrictSnapshot(fold(updates.slice(0, cut), within), names)
              const after = filtered.filter(({ offset }) => offset > cut)
              const end = foldBatch(before, after, at(updates.length), {}, within)
              expect(end).toEqual(restrictSnapshot(fold(updates, within), names))
            }
          },
        ),
        runs(300, 'FOLD_RUNS'),
      )
    },
    longMs,
  )

  it(
    'can be filtered before or after: restrict(fold(all)) = fold(filtered)',
    () => {
      fc.assert(
        fc.property(log, filter, bounds, (updates, categories, within) => {
          const filtered = updates.filter(({ category }) => categories.some((name) => name === category))
          const whole = restrictSnapshot(fold(updates, within), categories)
          expect(whole).toEqual(fold(filtered, within, updates.length))
        }),
        runs(300, 'FOLD_RUNS'),
      )
    },
    longMs,
  )

  it(
    'is the same for a reader who lagged and skipped what a later update stands for, wherever its frames ended',
    () => {
      let skips = 0
      fc.assert(
        fc.property(log, fc.nat({ max: 60 }), bounds, (updates, cut, within) => {
          let state = nothing
          for (const part of [updates.slice(0, cut), updates.slice(cut)]) {
            const { left, skipped } = conflate(part)
            skips += part.length - left.length
            state = foldBatch(state, left, at(updates.length), skipped, within)
          }
          expect(unordered(state)).toEqual(unordered(fold(updates, within)))
        }),
        runs(300, 'FOLD_RUNS'),
      )
      expect(skips).toBeGreaterThan(100)
    },
    longMs,
  )

  it(
    'knows of each span what its end said, or else what was said last, as long as there is room',
    () => {
      fc.assert(
        fc.property(log, (updates) => {
          const { spans } = unordered(fold(updates, { openMax: 99, beyondMax: 0, endedMax: 99 }))
          for (const name of saidCategories) {
            const { open, ended, beyond } = spans[name] ?? { open: [], ended: [], beyond: [] }
            const said = updates.filter(({ category }) => category === name)
            expect({ open, ended }).toEqual(trueSpans(said))
            expect(beyond).toEqual([])
          }
        }),
        runs(300, 'FOLD_RUNS'),
      )
    },
    longMs,
  )

  it(
    'keeps within its bounds, and has no span in two places',
    () => {
      const met = { open: 0, beyond: 0, ended: 0 }
      fc.assert(
        fc.property(log, (updates) => {
          const { spans } = fold(updates, { openMax: 2, beyondMax: 2, endedMax: 2 })
          for (const { open, ended, beyond } of Object.values(spans)) {
            expect(Math.max(open.length, ended.length, beyond.length)).toBeLessThanOrEqual(2)
            const ids = [...open.map(({ id }) => id), ...ended.map(({ id }) => id), ...beyond]
            expect(new Set(ids).size).toBe(ids.length)
            if (open.length === 2) met.open++
            if (beyond.length === 2) met.beyond++
            if (ended.length === 2) met.ended++
          }
        }),
        runs(300, 'FOLD_RUNS'),
      )
      // Else the properties would hold for folds that never have too much.
      for (const [bound, times] of Object.entries(met)) expect(times, bound).toBeGreaterThan(50)
    },
    longMs,
  )

  it(
    'can be restricted twice as well as once',
    () => {
      fc.assert(
        fc.property(log, filter, filter, bounds, (updates, wide, narrow, within) => {
          const both = narrow.filter((name) => wide.includes(name))
          const whole = fold(updates, within)
          expect(restrictSnapshot(restrictSnapshot(whole, wide), narrow)).toEqual(restrictSnapshot(whole, both))
        }),
        runs(300, 'FOLD_RUNS'),
      )
    },
    longMs,
  )
})
