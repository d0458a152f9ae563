import type { AnySpanRecord, CategorySpans, FoldState } from '@telltale/contract/wire'

/** Most spans remembered that were lost with their log. */
const lostMax = 1_000

/**
 * What was open in a log that was lost, and is not in the one that began anew: with the log kept in the server's memory,
 * the work died with it. A span that is heard of again is shown as it is said.
 */
export function lostWithTheirLog(
  before: { readonly snapshot: FoldState; readonly lost: readonly AnySpanRecord[] },
  after: FoldState,
): readonly AnySpanRecord[] {
  const open = Object.values(before.snapshot.spans).flatMap((spans) => spans.open)
  const died = open.map(
    (span): AnySpanRecord => ({ ...span, state: 'lost', text: 'Lost: its log was lost', reason: 'its log was lost' }),
  )
  return unknownTo(after.spans, [...before.lost, ...died]).slice(-lostMax)
}

/** Those that are not among the spans of a snapshot. */
export function unknownTo(
  spans: { readonly [category: string]: CategorySpans },
  records: readonly AnySpanRecord[],
): readonly AnySpanRecord[] {
  if (records.length === 0) return records
  return records.filter(({ id, category }) => {
    const known = spans[category]
    return !known || !(has(known.open, id) || has(known.ended, id) || known.beyond.includes(id))
  })
}

function has(records: readonly AnySpanRecord[], id: string): boolean {
  return records.some((record) => record.id === id)
}
