import { useStatusStream } from '@telltale/react'
import { useMemo } from 'react'
import type { Category } from '../categories.ts'
import { CategoryBoard } from './category-board.tsx'
import { liveRequest } from './live-request.ts'
import { StreamError } from './stream-error.tsx'
import { StreamHealth } from './stream-health.tsx'
import { UpdateLog } from './update-log.tsx'

interface LiveStreamProps {
  readonly conversationId: string
  readonly shown: readonly Category[]
  readonly onShow: (categories: readonly Category[]) => void
}

/** A conversation as it is heard: how well it is heard, the newest of each category, and all of it. */
export function LiveStream({ conversationId, shown, onShow }: LiveStreamProps) {
  const request = useMemo(() => liveRequest(conversationId, shown), [conversationId, shown])
  const view = useStatusStream(request)
  return (
    <>
      <StreamHealth
        connection={view.connection}
        integrity={view.integrity}
        missed={view.missed}
        isMissedExact={view.isMissedExact}
        position={view.position}
      />
      {view.error && <StreamError error={view.error} />}
      <CategoryBoard shown={shown} onShow={onShow} latest={view.latest} counts={view.counts} />
      <UpdateLog key={JSON.stringify(request)} request={request} updates={view.updates} counts={view.counts} />
    </>
  )
}
