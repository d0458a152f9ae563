import { useTelltaleClient } from '@telltale/react'
import { useSyncExternalStore } from 'react'
import { workRequest } from '../stream/requests.ts'

/** From here on it is told how long nothing was heard, in seconds. */
const quietFromS = 2

/**
 * Whole seconds since a moment, by the server's clock; `null` while the server cannot be heard, and for no moment. Renders
 * again only when they are others.
 */
export function useSecondsSince(conversationId: string, since: string | null): number | null {
  const { clock } = useTelltaleClient().status(workRequest(conversationId))
  return useSyncExternalStore(clock.subscribe, () => secondsBetween(since, clock.getSnapshot()))
}

/** How many seconds nothing was heard of something that goes on; `null` while that is nothing to speak of. */
export function useQuietSeconds(conversationId: string, heardAt: string | null): number | null {
  const seconds = useSecondsSince(conversationId, heardAt)
  return seconds !== null && seconds >= quietFromS ? seconds : null
}

function secondsBetween(since: string | null, now: number | null): number | null {
  return since === null || now === null ? null : Math.max(0, Math.floor((now - Date.parse(since)) / 1_000))
}
