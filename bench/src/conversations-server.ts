import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { createTelltale } from '@telltale/server'
import { type WebSocket, WebSocketServer } from 'ws'
import { answerCommands } from './commands.ts'
import { type ConversationsContender, conversationOf } from './conversations-names.ts'
import { type Draft, draftOf, machineMicros, updateOf } from './update.ts'

// The process with many conversations, and with what is said in them.

/** What the driver asks of it. */
export type ConversationsServerCommands = {
  open: { ask: { contender: ConversationsContender }; answer: { port: number } }
  ready: { ask: { readers: number }; answer: null }
  /** Says so much, evenly over time and over the conversations, whatever becomes of it. Answered when all is said. */
  say: { ask: { conversations: number; perSecond: number; forMs: number }; answer: Said }
}

/** What was said, and how well the times were kept. */
export interface Said {
  readonly updates: number
  readonly elapsedMs: number
  readonly cpuMs: number
  /** The longest that an update was said behind its time. */
  readonly lateMsMax: number
}

interface Served {
  readonly port: number
  readers(): number
  say(conversationId: string, draft: Draft): void
}

const servers: { readonly [TName in ConversationsContender]: () => Promise<Served> } = {
  'raw-single': serveRaw,
  telltale: serveTelltale,
}

let served: Served | null = null
/** Updates said in all: the conversations take turns, so each one's are numbered without a hole. */
let said = 0

answerCommands<ConversationsServerCommands>({
  async open({ contender }) {
    served = await servers[contender]()
    return { port: served.port }
  },

  async ready({ readers }) {
    while (served?.readers() !== readers) await setTimeout(5)
    return null
  },

  async say({ conversations, perSecond, forMs }) {
    if (!served) throw new Error('nothing was opened')
    const before = said
    const cpuBefore = process.cpuUsage()
    const started = performance.now()
    const updates = Math.floor((forMs * perSecond) / 1_000 / conversations) * conversations
    let lateMsMax = 0
    while (said - before < updates) {
      const elapsedMs = performance.now() - started
      const due = Math.min(updates, Math.floor((elapsedMs * perSecond) / 1_000))
      while (said - before < due) {
        lateMsMax = Math.max(lateMsMax, elapsedMs - ((said - before) * 1_000) / perSecond)
        const index = said % conversations
        const number = Math.floor(said / conversations) + 1
        said++
        served.say(conversationOf(index), draftOf(number, machineMicros()))
      }
      // The next millisecond. What is due is said then, however long this one took.
      await setTimeout(1)
    }
    const { user, system } = process.cpuUsage(cpuBefore)
    return {
      updates,
      elapsedMs: performance.now() - started,
      cpuMs: (user + system) / 1_000,
      lateMsMax,
    }
  },
})

/** A socket for each conversation, and a frame for each update. */
async function serveRaw(): Promise<Served> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
  await once(server, 'listening')
  const byConversation = new Map<string, WebSocket>()
  server.on('connection', (socket) => {
    socket.once('message', (data: Buffer) => void byConversation.set(data.toString(), socket))
  })
  return {
    port: (server.address() as AddressInfo).port,
    readers: () => byConversation.size,
    say(conversationId, draft) {
      byConversation.get(conversationId)?.send(JSON.stringify({ ...updateOf(draft), conversationId }))
    },
  }
}

async function serveTelltale(): Promise<Served> {
  const telltale = createTelltale({ limits: { socketsPerAddress: 20_000, authenticatedPerAddress: 20_000 } })
  const { port } = await telltale.listen({ port: 0, host: '127.0.0.1' })
  return {
    port,
    readers: () => telltale.size().readers,
    say: (conversationId, { text, metadata }) => telltale.status.info(conversationId, text, metadata),
  }
}
