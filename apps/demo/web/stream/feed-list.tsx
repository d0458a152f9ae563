import { type ReactNode, useMemo } from 'react'
import { GapRow } from './gap-row.tsx'
import { UpdateRow } from './update-row.tsx'
import type { Feed } from './use-feed.ts'
import type { ShownGap } from './use-gaps.ts'

interface FeedListProps {
  readonly updates: Feed['updates']
  readonly gaps: readonly ShownGap[]
  /** Updates that came while nobody heard. */
  readonly lateIds: ReadonlySet<string>
}

/** The updates, newest first, so that the newest stands still where one looks; holes are shown where they are. */
export function FeedList({ updates, gaps, lateIds }: FeedListProps) {
  const rows = useMemo(() => rowsOf(updates, gaps, lateIds), [updates, gaps, lateIds])
  return (
    <ol reversed className="feed-list" aria-label="Updates, newest first">
      {rows}
    </ol>
  )
}

function rowsOf(updates: Feed['updates'], gaps: readonly ShownGap[], lateIds: FeedListProps['lateIds']): ReactNode[] {
  const isThere = new Set(updates.map(({ id }) => id))
  // A gap whose place is not in the list comes behind everything that is.
  const atEnd = gaps.filter(({ afterId }) => afterId === null || !isThere.has(afterId))
  return [
    ...updates
      .flatMap((update) => [
        <UpdateRow key={`${update.offset}.${update.id}`} update={update} isLate={lateIds.has(update.id)} />,
        ...gaps
          .filter(({ afterId }) => afterId === update.id)
          .map((gap) => <GapRow key={`gap.${gap.key}`} gap={gap} />),
      ])
      .reverse(),
    ...atEnd.map((gap) => <GapRow key={`gap.${gap.key}`} gap={gap} />).reverse(),
  ]
}
