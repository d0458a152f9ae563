import { category, conversationId, type Update } from '../update.ts'
import type { Contender } from './contender.ts'

interface Message {
  readonly result?: { readonly type: string; readonly data?: { readonly json: { readonly data: readonly Update[] } } }
}

export const trpcBatched: Contender = {
  serve: async () => (await import('./trpc-batched-server.ts')).serve(),
  protocol: {
    path: '/',
    hello: JSON.stringify({
      id: 1,
      method: 'subscription',
      params: { path: 'onUpdates', input: { json: { conversationId } } },
    }),
    receive(text) {
      const { result } = JSON.parse(text) as Message
      if (result?.type !== 'started') throw new Error(`not an update: ${text.slice(0, 200)}`)
      return {}
    },
    parse(text) {
      const updates = (JSON.parse(text) as Message).result?.data?.json.data
      if (updates?.[0]?.category !== category) throw new Error(`not a batch: ${text.slice(0, 200)}`)
      return updates
    },
  },
}
