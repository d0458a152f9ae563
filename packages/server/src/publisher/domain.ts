import {
  type AnyContract,
  emptySnapshot,
  type FoldState,
  foldBatch,
  type Retention,
  restrictSnapshot,
} from '@telltale/contract'
import type { Domain } from '../core/domain.ts'
import type { StatusEvent } from './encode.ts'

/** A status update as readers get it, of whatever contract. */
export interface WireUpdate extends StatusEvent {
  readonly offset: number
}

/** The fold of a conversation, of whatever contract. */
export type WireSnapshot = FoldState<WireUpdate>

/** What the engine must know of status updates. */
export function statusDomain(
  contract: AnyContract,
  retention: Retention,
): Domain<StatusEvent, WireUpdate, WireSnapshot> {
  return {
    spec: { kind: 'status', types: contract.names, retention },
    toUpdate: (event, offset) => ({ offset, ...event }),
    fold: (state, updates, position) => foldBatch(state ?? emptySnapshot(position), updates, position),
    restrict: restrictSnapshot,
  }
}
