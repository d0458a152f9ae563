import type { Publication, TopicSpec } from '@telltale/contract'
import type { EventEntry } from './slice.ts'

/** What the engine must know of the events it carries: how to show them, and how to fold them. All of it pure. */
export interface Domain<TEvent, TUpdate, TState> {
  readonly spec: TopicSpec
  /** The event as readers get it, with its place. */
  toUpdate(entry: EventEntry<TEvent>): TUpdate
  /** Folds events into a state; `null` is the fold of nothing. */
  fold(state: TState | null, events: readonly EventEntry<TEvent>[], position: string): TState
  /** About how many bytes a state takes, so that memory can be bounded. */
  sizeOf(state: TState): number
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
  return domain.fold(
    state,
    entries.filter((entry) => entry.kind === 'event'),
    position,
  )
}
