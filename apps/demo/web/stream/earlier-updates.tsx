import type { StatusUpdate } from '@telltale/contract/wire'
import { useStatusHistory } from '@telltale/react'
import { useEffect, useState } from 'react'
import { olderThan } from './older-than.ts'
import type { FeedRequest } from './requests.ts'
import { UpdateRow } from './update-row.tsx'
import './earlier-updates.css'

interface EarlierUpdatesProps {
  readonly request: FeedRequest
  /** The oldest update of the list that this goes on from. */
  readonly oldest: StatusUpdate | undefined
}

/** What the server still keeps of the time before the list, when it is asked for. */
export function EarlierUpdates(props: EarlierUpdatesProps) {
  const [isAsked, setAsked] = useState(false)
  if (!props.oldest || props.oldest.offset <= 1) return null
  return isAsked ? (
    <EarlierPages {...props} />
  ) : (
    <footer className="earlier-updates">
      <button type="button" className="quiet" onClick={() => setAsked(true)}>
        Load earlier ones
      </button>
    </footer>
  )
}

function EarlierPages({ request: { from: _from, ...filter }, oldest }: EarlierUpdatesProps) {
  // More than the list has, so that the first page reaches beyond it.
  const history = useStatusHistory({ ...filter, limit: 200 })
  const kept = history.data?.pages.toReversed().flatMap(({ updates }) => updates) ?? []
  const older = olderThan(oldest, kept)
  // The pages begin at the newest, where the list is too: they have to come as far back as it does.
  const isShort =
    older === null && oldest !== undefined && (kept[0]?.offset ?? 0) > oldest.offset && history.hasNextPage
  useEffect(() => {
    if (isShort && !history.isFetching) void history.fetchNextPage()
  })
  // When the list moved on, a hole opened between it and what was fetched: then it is fetched again.
  const more = older === null && !isShort ? history.refetch : history.fetchNextPage
  const isEnd = history.isSuccess && older !== null && !history.hasNextPage
  return (
    <>
      <ol reversed aria-label="Earlier updates, newest first">
        {older?.toReversed().map((update) => (
          <UpdateRow key={`${update.offset}.${update.id}`} update={update} />
        ))}
      </ol>
      <footer className="earlier-updates">
        {history.error && (
          <p role="alert">
            <code>{history.error.code}</code> <bdi>{history.error.message}</bdi>
          </p>
        )}
        {history.isSuccess && !history.isFetching && older === null && !isShort && (
          <p className="hint">The list has moved on, or what came before it is not kept any more.</p>
        )}
        {isEnd ? (
          <p className="hint">Nothing older is kept.</p>
        ) : (
          <button type="button" className="quiet" onClick={() => void more()}>
            {history.isFetching ? 'Loading…' : 'Load earlier ones'}
          </button>
        )}
      </footer>
    </>
  )
}
