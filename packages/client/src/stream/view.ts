import type {
  AnyContract,
  CategoryOf,
  Contract,
  StatusSnapshot,
  StatusUpdate,
  TelltaleError,
} from '@telltale/contract/wire'
import type { ConnectionState } from '../connection/connection.ts'
import type { Integrity, StreamState } from './state.ts'

/** A stream as something to show. Immutable; parts that did not change are the same objects. */
export interface StreamView<
  TContract extends AnyContract = Contract,
  TCategory extends CategoryOf<TContract> = CategoryOf<TContract>,
> {
  /** The newest updates, oldest first; at most `updatesMax` of them. */
  readonly updates: readonly StatusUpdate<TContract, TCategory>[]
  /** The newest update of each category. */
  readonly latest: StatusSnapshot<TContract, TCategory>['latest']
  /** How many there were, by category. */
  readonly counts: StatusSnapshot<TContract, TCategory>['counts']
  readonly connection: ConnectionState
  /** `catching-up` while older updates still come, `live` when this is all there is, `gap` until a hole is repaired. */
  readonly integrity: Integrity
  /** Updates that were missed, as far as they could be counted. */
  readonly missed: number
  /** Whether `missed` is all of it: a log that began again does not say how much was lost. */
  readonly isMissedExact: boolean
  /** Why the stream ended for good; `null` while it lives. */
  readonly error: TelltaleError | null
  /** What this is complete to. */
  readonly position: string | null
}

/** Builds the view of a state; `updates` are of the stream's own contract, which the server has checked. */
export function toView<TContract extends AnyContract, TCategory extends CategoryOf<TContract>>(
  state: StreamState,
  updates: readonly unknown[],
  rest: { connection: ConnectionState; error: TelltaleError | null },
  isSubscribed: boolean,
): StreamView<TContract, TCategory> {
  const { latest, counts } = state.snapshot as unknown as StatusSnapshot<TContract, TCategory>
  const { integrity, missed, isMissedExact, position } = state
  return {
    updates: updates as readonly StatusUpdate<TContract, TCategory>[],
    latest,
    counts,
    // Nobody can call itself live who would not hear of anything new.
    integrity: integrity === 'live' && !(isSubscribed && rest.connection === 'open') ? 'catching-up' : integrity,
    missed,
    isMissedExact,
    position,
    ...rest,
  }
}
