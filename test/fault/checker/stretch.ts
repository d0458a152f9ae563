import type { Counts } from '@telltale/contract'
import type { Ledger, LedgerEntry, Place } from './ledger.ts'

/** What a reader should have had of a stretch of a log. */
export interface Stretch {
  readonly events: readonly LedgerEntry[]
  /** What was shed there, of the categories it wants. */
  readonly shed: Counts
}

/** What stands behind a place, up to an offset, of some categories. */
export function stretchOf(
  ledger: Ledger,
  conversationId: string,
  after: Place,
  to: number,
  wanted: ReadonlySet<string>,
): Stretch {
  const shed: Record<string, number> = {}
  const events: LedgerEntry[] = []
  for (const entry of ledger.between(conversationId, after.epoch, after.offset, to)) {
    if (entry.kind === 'event') {
      if (wanted.has(entry.category)) events.push(entry)
      continue
    }
    for (const [category, count] of Object.entries(entry.counts)) if (wanted.has(category)) add(shed, category, count)
  }
  return { events, shed }
}

/** Events and what was shed, together, by category. */
export function countAll({ events, shed }: Stretch): Record<string, number> {
  const counts: Record<string, number> = { ...shed }
  for (const { category } of events) add(counts, category, 1)
  return counts
}

export function add(counts: Record<string, number>, category: string, count: number): void {
  counts[category] = (counts[category] ?? 0) + count
}

export function sum(counts: Counts): number {
  return Object.values(counts).reduce((total, count) => total + count, 0)
}

/** Whether two counts say the same; a category with 0 is as good as none. */
export function isSame(left: Counts, right: Counts): boolean {
  return [...Object.keys(left), ...Object.keys(right)].every((name) => (left[name] ?? 0) === (right[name] ?? 0))
}

/** Whether a text of an update is what was accepted. */
export function textOf(entry: LedgerEntry): string {
  return (JSON.parse(`{${entry.body}`) as { text: string }).text
}
