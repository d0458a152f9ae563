import { conversationId, type Update } from '../update.ts'
import type { Contender } from './contender.ts'

interface Message {
  readonly result?: { readonly type: string; readonly id?: string; readonly data?: { readonly json: Tracked } }
}

interface Tracked {
  readonly id: string
  readonly data: { readonly type: string; readonly updates?: readonly Update[]; readonly skipped?: object }
}

/** The real thing: what a producer says, the stock wire, the default limits. */
export const telltale: Contender = {
  serve: async () => (await import('./telltale-server.ts')).serve(),
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
