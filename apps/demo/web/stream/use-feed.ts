import { type StreamView, useStatusStream } from '@telltale/react'
import { useEffect, useMemo, useState } from 'react'
import type { Category } from '../categories.ts'
import { type FeedRequest, feedRequest } from './requests.ts'

/** A conversation's list of updates, and the stream it is of. */
export interface Feed {
  readonly request: FeedRequest
  /** What the stream itself says. */
  readonly view: StreamView
  /** What to list: the stream's own updates, or those of the one before until the stream has all of its own. */
  readonly updates: StreamView['updates']
  /** The work to show, likewise. */
  readonly spans: StreamView['spans']
}

/**
 * Hears the chosen categories of a conversation. Another choice is another stream: until that is live, the list stays
 * what it was, without what was switched off.
 */
export function useFeed(conversationId: string, shown: readonly Category[]): Feed {
  const request = useMemo(() => feedRequest(conversationId, shown), [conversationId, shown])
  const view = useStatusStream(request)
  const [last, setLast] = useState({ request, updates: view.updates, spans: view.spans })
  const isSettled = last.request === request

  useEffect(() => {
    if (isSettled || view.integrity === 'live' || view.error !== null)
      setLast({ request, updates: view.updates, spans: view.spans })
  }, [request, isSettled, view])

  const updates = useMemo(
    () => (isSettled ? view.updates : last.updates.filter(({ category }) => shown.includes(category))),
    [isSettled, view.updates, last.updates, shown],
  )
  return { request, view, updates, spans: isSettled ? view.spans : last.spans }
}
