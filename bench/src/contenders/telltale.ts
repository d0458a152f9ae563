import { createTelltale } from '@telltale/server'
import { conversationId, type Update } from '../update.ts'
import type { Contender, Served } from './contender.ts'

async function serve(): Promise<Served> {
  // All readers of the load come from one address, at once; every other limit is the default.
  const telltale = createTelltale({ limits: { socketsPerAddress: 20_000, authenticatedPerAddress: 20_000 } })
  const { port } = await telltale.listen({ port: 0, host: '127.0.0.1' })
  const { status } = telltale
  return {
    port,
    readers: () => telltale.size().readers,
    say(drafts) {
      for (const { text, metadata } of drafts) status.info(conversationId, text, metadata)
    },
  }
}

interface Message {
  readonly result?: { readonly type: string; readonly id?: string; readonly data?: { readonly json: Tracked } }
}

interface Tracked {
  readonly id: string
  readonly data: { readonly type: string; readonly updates?: readonly Update[]; readonly skipped?: object }
}

/** The real thing: what a producer says, the stock wire, the default limits. */
export const telltale: Contender = {
  serve,
  protocol: {
    path: '/trpc',
    hello: JSON.stringify({
      id: 1,
      method: 'subscription',
      params: { path: 'status.subscribe', input: { json: { conversationId, from: 'live' } } },
    }),
    receive(text) {
      const { result } = JSON.parse(text) as Message
      const isReady = result?.data?.json.data.type === 'ready'
      if (result?.type !== 'started' && !isReady) throw new Error(`not an update: ${text.slice(0, 200)}`)
      return {}
    },
    parse(text) {
      const frame = (JSON.parse(text) as Message).result?.data?.json.data
      if (frame?.type === 'batch' && frame.updates && !frame.skipped) return frame.updates
      throw new Error(`not a whole batch: ${text.slice(0, 200)}`)
    },
  },
}
