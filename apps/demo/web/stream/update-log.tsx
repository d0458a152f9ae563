import type { StatusUpdate } from '@telltale/contract/wire'
import type { StreamView } from '@telltale/react'
import { useState } from 'react'
import { EarlierUpdates } from './earlier-updates.tsx'
import { GapRow } from './gap-row.tsx'
import type { LiveRequest } from './live-request.ts'
import { UpdateRow } from './update-row.tsx'
import { type ShownGap, useGaps } from './use-gaps.ts'
import './update-log.css'

interface UpdateLogProps {
  readonly request: LiveRequest
  readonly updates: readonly StatusUpdate[]
  readonly counts: StreamView['counts']
}

/** All updates, newest first, so that the newest stands still where one looks; holes are shown where they are. */
export function UpdateLog({ request, updates, counts }: UpdateLogProps) {
  const gaps = useGaps(request)
  const [held, setHeld] = useState<{ updates: readonly StatusUpdate[]; total: number } | null>(null)
  const shown = held?.updates ?? updates
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  return (
    <section className="panel update-log" aria-labelledby="update-log-title">
      <header>
        <h2 id="update-log-title">Updates, newest first</h2>
        <button type="button" aria-pressed={held !== null} onClick={() => setHeld(held ? null : { updates, total })}>
          {held ? `Go on, ${total - held.total} newer` : 'Hold'}
        </button>
      </header>
      <ol reversed aria-labelledby="update-log-title">
        {rowsOf(shown, gaps)}
      </ol>
      {shown.length === 0 && gaps.length === 0 && <p className="hint">Nothing was said in this conversation yet.</p>}
      <EarlierUpdates request={request} oldest={shown[0]} />
    </section>
  )
}

function rowsOf(updates: readonly StatusUpdate[], gaps: readonly ShownGap[]) {
  const isThere = new Set(updates.map(({ id }) => id))
  // A gap whose place is not in the list comes behind everything that is.
  const atEnd = gaps.filter(({ afterId }) => afterId === null || !isThere.has(afterId))
  return [
    ...updates
      .flatMap((update) => [
        <UpdateRow key={`${update.offset}.${update.id}`} update={update} />,
        ...gaps.filter(({ afterId }) => afterId === update.id).map((gap) => <GapRow key={gap.key} gap={gap} />),
      ])
      .reverse(),
    ...atEnd.map((gap) => <GapRow key={gap.key} gap={gap} />).reverse(),
  ]
}
