import type { Counts } from '../frame.ts'
import type { AnyContract, CategoryOf, Contract } from './contract.ts'
import { failureOf, type LastFailure } from './failure.ts'
import type { Foldable } from './foldable.ts'
import type { AnySpanRecord, SpanRecord } from './span.ts'
import { type CategorySpans, foldSpan, noSpans, type SpanBounds, spanBounds } from './span-fold.ts'
import type { StatusUpdate } from './update.ts'

/** The fold of a conversation's log up to a position. Every bound is by category, so that filtering and folding commute. */
export interface StatusSnapshot<
  TContract extends AnyContract = Contract,
  TCategory extends CategoryOf<TContract> = CategoryOf<TContract>,
> {
  /** All up to here is folded in. */
  readonly position: string
  /** The newest update of each category. */
  readonly latest: { readonly [TName in TCategory]?: StatusUpdate<TContract, TName> }
  /** How many updates there were, by category; those a lagging reader skipped count too. */
  readonly counts: { readonly [TName in TCategory]?: number }
  /** The open spans and the last ended ones, by category; `toSpanTree` makes a tree of them. */
  readonly spans: { readonly [TName in TCategory]?: CategorySpans<SpanRecord<TContract, TName>> }
  /** The last failure of each category: an `error` update, or a span that failed or was lost. */
  readonly failures: { readonly [TName in TCategory]?: LastFailure }
}

/** A snapshot as the fold sees it: of any contract. */
export interface FoldState<TUpdate extends Foldable = Foldable> {
  readonly position: string
  readonly latest: { readonly [category: string]: TUpdate }
  readonly counts: Counts
  readonly spans: { readonly [category: string]: CategorySpans<AnySpanRecord> }
  readonly failures: { readonly [category: string]: LastFailure }
}

/** The fold of nothing, at a position. */
export function emptySnapshot(position: string): FoldState<never> {
  return { position, latest: {}, counts: {}, spans: {}, failures: {} }
}

/**
 * Folds one update into a snapshot. Pure: the same on server and client.
 *
 * @example
 * ```ts
 * const after = foldStatus(before, update, position)
 * ```
 */
export function foldStatus<TUpdate extends Foldable>(
  state: FoldState<TUpdate>,
  update: TUpdate,
  position: string,
): FoldState<TUpdate> {
  return foldBatch(state, [update], position)
}

/** Folds a batch, and what stood in for skipped updates, into a snapshot. Pure; the same object when nothing changes. */
export function foldBatch<TUpdate extends Foldable>(
  state: FoldState<TUpdate>,
  updates: readonly TUpdate[],
  position: string,
  skipped: Counts = {},
  bounds: SpanBounds = spanBounds,
): FoldState<TUpdate> {
  const skippedCounts = Object.entries(skipped)
  if (updates.length === 0 && skippedCounts.length === 0) {
    return state.position === position ? state : { ...state, position }
  }
  const latest: Record<string, TUpdate> = { ...state.latest }
  const counts: Record<string, number> = { ...state.counts }
  let { spans, failures } = state
  for (const update of updates) {
    const { category, span } = update
    latest[category] = update
    counts[category] = (counts[category] ?? 0) + 1
    if (span) {
      const before = spans[category] ?? noSpans
      const after = foldSpan(before, update, span, bounds)
      if (after === before) continue // said of a span that has ended: it changes nothing, whatever it says
      spans = { ...spans, [category]: after }
    }
    const failure = failureOf(update)
    if (failure) failures = { ...failures, [category]: failure }
  }
  for (const [category, count] of skippedCounts) counts[category] = (counts[category] ?? 0) + count
  return { position, latest, counts, spans, failures }
}

/** The part of a snapshot that concerns some categories. */
export function restrictSnapshot<TUpdate extends Foldable>(
  state: FoldState<TUpdate>,
  categories: readonly string[],
): FoldState<TUpdate> {
  return {
    position: state.position,
    latest: pick(state.latest, categories),
    counts: pick(state.counts, categories),
    spans: pick(state.spans, categories),
    failures: pick(state.failures, categories),
  }
}

function pick<T>(record: { readonly [category: string]: T }, categories: readonly string[]): Record<string, T> {
  const picked: Record<string, T> = {}
  for (const category of categories) {
    const value = record[category]
    if (value !== undefined) picked[category] = value
  }
  return picked
}
