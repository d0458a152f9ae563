import type { Counts } from '../frame.ts'
import type { AnyContract, CategoryOf, Contract } from './contract.ts'
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
}

/** What the fold looks at in an update. */
interface Foldable {
  readonly category: string
}

/** A snapshot as the fold sees it: of any contract. */
export interface FoldState<TUpdate extends Foldable = Foldable> {
  readonly position: string
  readonly latest: { readonly [category: string]: TUpdate }
  readonly counts: Counts
}

/** The fold of nothing, at a position. */
export function emptySnapshot(position: string): FoldState<never> {
  return { position, latest: {}, counts: {} }
}

/** Folds one update into a snapshot. Pure: the same on server and client. */
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
): FoldState<TUpdate> {
  const skippedCounts = Object.entries(skipped)
  if (updates.length === 0 && skippedCounts.length === 0) {
    return state.position === position ? state : { ...state, position }
  }
  const latest: Record<string, TUpdate> = { ...state.latest }
  const counts: Record<string, number> = { ...state.counts }
  for (const update of updates) {
    latest[update.category] = update
    counts[update.category] = (counts[update.category] ?? 0) + 1
  }
  for (const [category, count] of skippedCounts) counts[category] = (counts[category] ?? 0) + count
  return { position, latest, counts }
}

/** The part of a snapshot that concerns some categories. */
export function restrictSnapshot<TUpdate extends Foldable>(
  state: FoldState<TUpdate>,
  categories: readonly string[],
): FoldState<TUpdate> {
  const latest: Record<string, TUpdate> = {}
  const counts: Record<string, number> = {}
  for (const category of categories) {
    const update = state.latest[category]
    if (update) latest[category] = update
    const count = state.counts[category]
    if (count !== undefined) counts[category] = count
  }
  return { position: state.position, latest, counts }
}
