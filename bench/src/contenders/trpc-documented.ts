import { EventEmitter, on, once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { initTRPC, tracked } from '@trpc/server'
import { applyWSSHandler } from '@trpc/server/adapters/ws'
import superjson from 'superjson'
import { WebSocketServer } from 'ws'
import { z } from 'zod'
import { category, conversationId, type Update, updateOf } from '../update.ts'
import type { Contender, Served } from './contender.ts'

/** The subscription of tRPC's own guide: an event emitter, an async generator over `on`, one tracked yield an update. */
function createRouter(emitter: EventEmitter) {
  const t = initTRPC.create({ transformer: superjson })
  const input = z.object({ conversationId: z.string(), lastEventId: z.string().nullish() })
  return t.router({
    onUpdate: t.procedure.input(input).subscription(async function* ({ signal, input: { conversationId: id } }) {
      for await (const [data] of on(emitter, id, signal ? { signal } : {})) {
        const update = data as Update
        yield tracked(update.id, update)
      }
    }),
  })
}

async function serve(): Promise<Served> {
  const emitter = new EventEmitter()
  emitter.setMaxListeners(0)
  const wss = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
  await once(wss, 'listening')
  applyWSSHandler({ wss, router: createRouter(emitter), createContext: () => ({}) })
  return {
    port: (wss.address() as AddressInfo).port,
    readers: () => emitter.listenerCount(conversationId),
    say(drafts) {
      for (const draft of drafts) emitter.emit(conversationId, updateOf(draft))
    },
  }
}

interface Message {
  readonly result?: { readonly type: string; readonly data?: { readonly json: { readonly data: Update } } }
}

export const trpcDocumented: Contender = {
  serve,
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
