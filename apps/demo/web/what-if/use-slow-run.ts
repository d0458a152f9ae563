import { useTelltaleClient } from '@telltale/react'
import { useEffect, useRef, useState } from 'react'
import { slowLineKey } from '../../api/people.ts'
import { slowMeDown } from '../results/calls.ts'
import { useSession } from '../session/use-session.ts'
import type { FeedRequest } from '../stream/requests.ts'
import { countFrom, nextCount, type SlowCount } from './slow-count.ts'

/** A tab that is slow for a while, and what that made it miss. */
export type SlowRunState =
  | { readonly phase: 'idle' }
  | { readonly phase: 'slow' | 'over'; readonly count: SlowCount; readonly isFiltered: boolean }
  | { readonly phase: 'failed'; readonly message: string }

/** Makes this tab a slow reader, and counts what comes of it in the stream that the list shows. */
export function useSlowRun(request: FeedRequest): { readonly run: SlowRunState; readonly start: () => void } {
  const client = useTelltaleClient()
  const session = useSession()
  const [run, setRun] = useState<SlowRunState>({ phase: 'idle' })
  const stop = useRef<() => void>(() => undefined)
  useEffect(() => () => stop.current(), [])

  function start(): void {
    if (run.phase === 'slow') return
    const stream = client.status(request)
    const base = stream.store.getSnapshot().updates.at(-1)?.offset ?? 0
    const isFiltered = request.categories !== undefined
    let count = countFrom(base)
    const show = (phase: 'slow' | 'over'): void => setRun({ phase, count, isFiltered })
    const subscription = stream.subscribe({
      update(update) {
        count = nextCount(count, base, { type: 'update', update })
        const isLast = update.metadata[slowLineKey] === session.line
        show(isLast ? 'over' : 'slow')
        if (isLast) stop.current()
      },
      gap({ missed }) {
        count = nextCount(count, base, { type: 'gap', missed })
        show('slow')
      },
    })
    stop.current = () => subscription.unsubscribe()
    show('slow')
    slowMeDown(request.conversationId, session).catch((error: unknown) => {
      stop.current()
      setRun({ phase: 'failed', message: error instanceof Error ? error.message : String(error) })
    })
  }

  return { run, start }
}
