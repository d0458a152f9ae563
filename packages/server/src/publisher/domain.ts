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

/** What an update or a span of a snapshot takes in memory, and an id: as they usually are. */
const itemBytes = 768
const idBytes = 64

/** What the engine must know of status updates. */
export function statusDomain(
  contract: AnyContract,
  retention: Retention,
): Domain<StatusEvent, WireUpdate, WireSnapshot> {
  return {
    spec: { kind: 'status', types: contract.names, retention },
    toUpdate,
    fold: (state, events, position) => {
      const { worthy, others } = worthFolding(events)
      return foldBatch(state ?? emptySnapshot(position), worthy, position, others)
    },
    sizeOf: ({ latest, spans }) =>
      Object.values(spans).reduce(
        (sum, { open, ended, beyond }) => sum + (open.length + ended.length) * itemBytes + beyond.length * idBytes,
        Object.keys(latest).length * itemBytes,
      ),
    restrict: restrictSnapshot,
  }
}

function toUpdate({ body, offset }: EventEntry<StatusEvent>): WireUpdate {
  return JSON.parse(`{"offset":${offset},${body}`) as WireUpdate
}

/**
 * What the fold has to see of many events: all of spans, and the newest of each category. It counts the others as it
 * counts what a lagging reader skipped; a test holds that this is the fold of all of them.
 */
function worthFolding(events: readonly EventEntry<StatusEvent>[]): { worthy: WireUpdate[]; others: Counts } {
  const worthy: WireUpdate[] = []
  const others: Record<string, number> = {}
  const seen = new Set<string>()
  let last: string | null = null
  for (let index = events.length - 1; index >= 0; index--) {
    const entry = events[index]
    if (!entry) continue
    const { type, mustFold } = entry
    const isNewest = type !== last && !seen.has(type)
    if (isNewest) seen.add(type)
    last = type
    // An error is the last of its category only until something else is said there.
    if (isNewest || mustFold || type === 'error') worthy.push(toUpdate(entry))
    else others[type] = (others[type] ?? 0) + 1
  }
  return { worthy: worthy.reverse(), others }
}
