import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { answerCommands } from './commands.ts'
import { telltale } from './contenders/telltale.ts'
import { type ConversationsContender, conversationOf } from './conversations-names.ts'
import { draftOf, machineMicros, marker, type Update } from './update.ts'

// The process with one reader for each conversation.

/** What the driver asks of it. */
export type ConversationsLoadCommands = {
  connect: { ask: { contender: ConversationsContender; port: number; conversations: number }; answer: null }
  begin: { ask: null; answer: null }
  /** Answered when so many updates came. Throws when one is missing, doubled, out of order or not what was said. */
  end: { ask: { updates: number }; answer: { latenciesMicros: readonly number[] } }
}

/** So many connect at a time; more would overflow the listening queue of the system. */
const connectingMax = 50
/** What has not come by then is lost. */
const arriveWithinMs = 10_000

/** How a reader says which conversation it wants, and how it reads what comes. */
interface Protocol {
  readonly path: string
  readonly hello: (conversationId: string) => string
  readonly parse: (text: string) => readonly Update[]
}

const protocols: { readonly [TName in ConversationsContender]: Protocol } = {
  'raw-single': { path: '/', hello: (id) => id, parse: (text) => [JSON.parse(text) as Update] },
  telltale: {
    path: telltale.protocol.path,
    hello: (conversationId) =>
      JSON.stringify({
        id: 1,
        method: 'subscription',
        params: { path: 'status.subscribe', input: { json: { conversationId, from: 'live' } } },
      }),
    parse(text) {
      if (text.includes(marker.toString())) return telltale.protocol.parse(text)
      telltale.protocol.receive(text)
      return []
    },
  },
}

let latenciesMicros: number[] = []
let problem: string | null = null

answerCommands<ConversationsLoadCommands>({
  async connect({ contender, port, conversations }) {
    const protocol = protocols[contender]
    for (let first = 0; first < conversations; first += connectingMax) {
      const count = Math.min(connectingMax, conversations - first)
      await Promise.all(
        Array.from({ length: count }, async (_, index) => {
          const conversationId = conversationOf(first + index)
          const socket = new WebSocket(`ws://127.0.0.1:${port}${protocol.path}`, { perMessageDeflate: false })
          read(socket, conversationId, protocol)
          await once(socket, 'open')
          socket.send(protocol.hello(conversationId))
        }),
      )
    }
    return null
  },

  begin() {
    latenciesMicros = []
    return null
  },

  async end({ updates }) {
    const until = performance.now() + arriveWithinMs
    while (latenciesMicros.length < updates && problem === null && performance.now() < until) await setTimeout(5)
    // Time for one that should not come.
    await setTimeout(100)
    if (problem !== null) throw new Error(problem)
    if (latenciesMicros.length !== updates) throw new Error(`${latenciesMicros.length} of ${updates} updates came`)
    return { latenciesMicros }
  },
})

function read(socket: WebSocket, conversationId: string, { parse }: Protocol): void {
  let last = 0
  socket.on('message', (data: Buffer) => {
    // First of all: what is done with it is the reader's own time.
    const at = machineMicros()
    try {
      for (const update of parse(data.toString())) {
        const wanted = draftOf(++last).metadata.seq
        if (update.conversationId !== conversationId || update.metadata.seq !== wanted) {
          throw new Error(`not update ${wanted} of ${conversationId}: ${JSON.stringify(update)}`)
        }
        latenciesMicros.push(at - (update.metadata.sentMicros ?? Number.NaN))
      }
    } catch (error) {
      problem ??= String(error)
    }
  })
  socket.on('close', (code) => {
    problem ??= `the reader of ${conversationId} was closed with ${code}`
  })
}
