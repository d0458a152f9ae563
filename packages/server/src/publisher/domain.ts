import {
  type AnyContract,
  type Counts,
  emptySnapshot,
  type FoldState,
  foldBatch,
  type Retention,
  restrictSnapshot,
} from '@telltale/contract'
import type { Domain } from '../core/domain.ts'
import type { EventEntry } from '../core/slice.ts'
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
    toUpdate,
    fold: (state, events, position) => {
      const { newest, others } = newestByCategory(events)
      return foldBatch(state ?? emptySnapshot(position), newest, position, others)
    },
    restrict: restrictSnapshot,
  }
}

function toUpdate(event: StatusEvent, offset: number): WireUpdate {
  return { offset, ...event }
}

/**
 * What the fold has to see of many events: the newest of each category. It counts the others as it counts what a lagging
 * reader skipped; a test holds that this is the fold of all of them.
 */
function newestByCategory(events: readonly EventEntry<StatusEvent>[]): { newest: WireUpdate[]; others: Counts } {
  const newest = new Map<string, EventEntry<StatusEvent>>()
  const others: Record<string, number> = {}
  for (const event of events) {
    if (newest.has(event.type)) others[event.type] = (others[event.type] ?? 0) + 1
    newest.set(event.type, event)
  }
  return { newest: [...newest.values()].map(({ event, offset }) => toUpdate(event, offset)), others }
}
