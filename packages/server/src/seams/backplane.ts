import type { Draft, Position, Publication, Retention, Topic } from '@telltale/contract'
import type { Clock } from '../async/clock.ts'
import type { MaybePromise } from '../async/maybe-promise.ts'
import type { Random } from '../async/random.ts'
import type { Emit } from '../telemetry/events.ts'

/** A fold with the position it is complete to. */
export interface Checkpoint<TState> {
  readonly position: Position
  readonly state: TState
}

/** How a kind of topic wants its logs kept. */
export interface LogPolicy<TEvent, TState> {
  readonly retention: Retention
  /** Folds entries that are about to be dropped into the checkpoint; pure. */
  fold(state: TState | null, entries: readonly Publication<TEvent>[], position: Position): TState
  /** About how many bytes a fold takes. */
  sizeOf(state: TState): number
}

/** Where an appended draft went: a draft that was there before keeps its place. */
export interface Appended {
  readonly epoch: string
  readonly places: readonly { readonly offset: number; readonly nonce: number }[]
}

/** What a log still has. */
export interface LogView<TEvent> {
  readonly epoch: string
  readonly head: Position
  /** The last entry that was dropped; the origin when none was. */
  readonly base: Position
  /** For each type, the highest offset that was dropped. */
  readonly dropped: { readonly [type: string]: number }
  /** The entries behind `after`, oldest first, at most `limit`. */
  readonly entries: readonly Publication<TEvent>[]
}

/** Told of what was appended anywhere, in order. */
export type LogListener<TEvent> = (epoch: string, entries: readonly Publication<TEvent>[]) => void

/**
 * The seam between nodes. The law: numbering, keeping and fanning out are **one atomic step** per topic; order and
 * resume rest on it. What can answer at once may do so without a promise.
 */
export interface Backplane<TEvent, TState> {
  append(topic: Topic, drafts: readonly Draft<TEvent>[], policy: LogPolicy<TEvent, TState>): MaybePromise<Appended>
  /** From when it has answered, the listener hears every append. The answer ends it. */
  subscribe(topic: Topic, listener: LogListener<TEvent>): MaybePromise<() => void>
  /** Entries behind an offset; 0 reads from the oldest. */
  read(topic: Topic, after: number, limit: number): MaybePromise<LogView<TEvent>>
  /** Where the log stands; a log that does not exist yet begins here. */
  head(topic: Topic): MaybePromise<Position>
  /** The fold of everything that was dropped; `null` when nothing was. */
  checkpoint(topic: Topic): MaybePromise<Checkpoint<TState> | null>
  /** Keeps a log from being forgotten while nobody reads it, as long as something in it goes on; the answer ends that. */
  hold(topic: Topic): () => void
  /** Ends timers and connections. Again does nothing. */
  dispose(): MaybePromise<void>
}

/** What a backplane is given to live on. */
export interface BackplaneHost {
  readonly clock: Clock
  readonly random: Random
  readonly emit: Emit
}

/** Makes a backplane for one server; what `createTelltale({ backplane })` takes. */
export type BackplaneFactory = <TEvent, TState>(host: BackplaneHost) => Backplane<TEvent, TState>
