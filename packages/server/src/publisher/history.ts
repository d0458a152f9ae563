import { formatPosition, parsePosition, TelltaleError } from '@telltale/contract'
import type { Domain } from '../core/domain.ts'
import { createMatcher, type Filter } from '../core/filter.ts'
import type { LogView } from '../seams/backplane.ts'
import type { WireSnapshot, WireUpdate } from './domain.ts'
import type { StatusEvent } from './encode.ts'

/** A page of retained updates. */
export interface HistoryPage {
  /** Oldest first. */
  readonly updates: readonly WireUpdate[]
  /** Pass it as `before` for the page of older updates; `null` when there are none. */
  readonly next: string | null
  /** Where the log stands. */
  readonly head: string
}

/** Cuts a page out of what a log still has. Pure. */
export function readHistory(
  view: LogView<StatusEvent>,
  domain: Domain<StatusEvent, WireUpdate, WireSnapshot>,
  filter: Filter,
  request: { before?: string | undefined; limit: number },
): HistoryPage {
  const matcher = createMatcher(domain.spec)
  const before = offsetOf(view, request.before)
  const updates: WireUpdate[] = []
  let next: string | null = null
  for (let index = view.entries.length - 1; index >= 0; index--) {
    const entry = view.entries[index]
    if (entry?.kind !== 'event' || entry.offset >= before || !matcher.passes(entry, filter)) continue
    if (updates.length === request.limit) {
      const oldest = view.entries.find(({ offset }) => offset === updates[0]?.offset)
      if (oldest) next = formatPosition({ epoch: view.epoch, offset: oldest.offset, nonce: oldest.nonce })
      break
    }
    updates.unshift(domain.toUpdate(entry))
  }
  return { updates, next, head: formatPosition(view.head) }
}

function offsetOf(view: LogView<StatusEvent>, before: string | undefined): number {
  if (before === undefined) return Number.POSITIVE_INFINITY
  const position = parsePosition(before)
  if (!position) throw new TelltaleError('INVALID_INPUT', 'before is not a position')
  // Pages of a log that began again do not continue: there is nothing older.
  return position.epoch === view.epoch ? position.offset : 0
}
