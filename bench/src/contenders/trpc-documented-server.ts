import { EventEmitter, on, once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { initTRPC, tracked } from '@trpc/server'
import { applyWSSHandler } from '@trpc/server/adapters/ws'
import superjson from 'superjson'
import { WebSocketServer } from 'ws'
import { z } from 'zod'
import { conversationId, type Update, updateOf } from '../update.ts'
import type { Served } from './contender.ts'

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

/** Its server, with tRPC's own adapter. */
export async function serve(): Promise<Served> {
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
