import { useTelltaleClient } from '@telltale/react'
import { useEffect, useState } from 'react'
import type { FeedRequest } from './requests.ts'

/** A hole in what was heard, and where it is. */
export interface ShownGap {
  readonly key: number
  /** The update it follows; `null` when nothing came before it. */
  readonly afterId: string | null
  readonly reason: string
  /** `null` where that cannot be known. */
  readonly missed: number | null
}

interface Gaps {
  readonly request: FeedRequest
  readonly list: readonly ShownGap[]
}

const gapsMax = 20
const none: readonly ShownGap[] = []

/** The gaps of a stream so far, oldest first. It listens to the stream that the list shows. */
export function useGaps(request: FeedRequest): readonly ShownGap[] {
  const client = useTelltaleClient()
  const [gaps, setGaps] = useState<Gaps>({ request, list: none })

  useEffect(() => {
    const stream = client.status(request)
    let afterId = stream.store.getSnapshot().updates.at(-1)?.id ?? null
    const subscription = stream.subscribe({
      update: ({ id }) => {
        afterId = id
      },
      gap: ({ reason, missed }) => {
        const gap = { afterId, reason, missed }
        setGaps((known) => {
          const before = known.request === request ? known.list : none
          return { request, list: [...before, { ...gap, key: (before.at(-1)?.key ?? 0) + 1 }].slice(-gapsMax) }
        })
      },
    })
    return () => subscription.unsubscribe()
  }, [client, request])

  return gaps.request === request ? gaps.list : none
}
