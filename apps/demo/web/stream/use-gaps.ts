import { useTelltaleClient } from '@telltale/react'
import { useEffect, useState } from 'react'
import type { LiveRequest } from './live-request.ts'

/** A hole in what was heard, and where it is. */
export interface ShownGap {
  readonly key: number
  /** The update it follows; `null` when nothing came before it. */
  readonly afterId: string | null
  readonly reason: string
  /** `null` where that cannot be known. */
  readonly missed: number | null
}

const gapsMax = 20

/** The gaps of a stream so far, oldest first. It listens to the stream that the list shows; the request must not change. */
export function useGaps(request: LiveRequest): readonly ShownGap[] {
  const client = useTelltaleClient()
  const [gaps, setGaps] = useState<readonly ShownGap[]>([])

  useEffect(() => {
    const stream = client.status(request)
    let afterId = stream.store.getSnapshot().updates.at(-1)?.id ?? null
    const subscription = stream.subscribe({
      update: ({ id }) => {
        afterId = id
      },
      gap: ({ reason, missed }) => {
        const gap = { afterId, reason, missed }
        setGaps((known) => [...known, { ...gap, key: (known.at(-1)?.key ?? 0) + 1 }].slice(-gapsMax))
      },
    })
    return () => subscription.unsubscribe()
  }, [client, request])

  return gaps
}
