import type { Publication, TopicSpec } from '@telltale/contract'

/** What the engine must know of the events it carries: how to show them, and how to fold them. All of it pure. */
export interface Domain<TEvent, TUpdate, TState> {
  readonly spec: TopicSpec
  /** The event as readers get it, with its place. */
  toUpdate(event: TEvent, offset: number): TUpdate
  /** Folds updates into a state; `null` is the fold of nothing. */
  fold(state: TState | null, updates: readonly TUpdate[], position: string): TState
  /** The part of a state that concerns some types. */
  restrict(state: TState, types: readonly string[]): TState
}

/** Folds what a log holds; losses change nothing, for what was shed was never accepted. */
export function foldEntries<TEvent, TUpdate, TState>(
  domain: Domain<TEvent, TUpdate, TState>,
  state: TState | null,
  entries: readonly Publication<TEvent>[],
  position: string,
): TState {
  const updates: TUpdate[] = []
  for (const entry of entries) if (entry.kind === 'event') updates.push(domain.toUpdate(entry.event, entry.offset))
  return domain.fold(state, updates, position)
}
