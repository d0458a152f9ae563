import { createTelltaleClient } from '@telltale/react'
import { createScissors } from './connection/scissors.ts'
import { listMax } from './stream/requests.ts'

const scheme = location.protocol === 'https:' ? 'wss' : 'ws'

/** What cuts the client's line, so that one can see it come back. */
export const scissors = createScissors()

export const client = createTelltaleClient({
  url: `${scheme}://${location.host}/trpc`,
  WebSocket: scissors.WebSocket,
  fetch: scissors.fetch,
  updatesMax: listMax,
  // A page that shows the way back does not let one wait long for it.
  backoff: { baseMs: 300, maxMs: 1_500 },
})
