import { category, conversationId, type Update } from '../update.ts'
import type { Contender } from './contender.ts'

interface Message {
  readonly result?: { readonly type: string; readonly data?: { readonly json: { readonly data: Update } } }
}

export const trpcDocumented: Contender = {
  serve: async () => (await import('./trpc-documented-server.ts')).serve(),
  protocol: {
    path: '/',
    hello: JSON.stringify({
      id: 1,
      method: 'subscription',
      params: { path: 'onUpdate', input: { json: { conversationId } } },
    }),
    receive(text) {
      const { result } = JSON.parse(text) as Message
      if (result?.type !== 'started') throw new Error(`not an update: ${text.slice(0, 200)}`)
      return {}
    },
    parse(text) {
      const update = (JSON.parse(text) as Message).result?.data?.json.data
      if (update?.category !== category) throw new Error(`not an update: ${text.slice(0, 200)}`)
      return [update]
    },
  },
}
