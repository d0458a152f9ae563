import { once } from 'node:events'
import { WebSocket } from 'ws'
import { answerCommands } from './commands.ts'
import { type ContenderName, contenders } from './contenders/registry.ts'
import { conversationId } from './update.ts'

// The process with the connections that do nothing.

/** What the driver asks of it. */
export type MemoryLoadCommands = {
  /** Opens so many more. */
  connect: { ask: { contender: ContenderName; port: number; count: number; isOwn: boolean }; answer: null }
  /** Throws when one of them was closed. */
  check: { ask: null; answer: null }
}

/** So many connect at a time; more would overflow the listening queue of the system. */
const connectingMax = 50

const sockets: WebSocket[] = []
let problem: string | null = null

answerCommands<MemoryLoadCommands>({
  async connect({ contender, port, count, isOwn }) {
    const { protocol } = await contenders[contender].load()
    const url = `ws://127.0.0.1:${port}${protocol.path}`
    const wanted = sockets.length + count
    while (sockets.length < wanted) {
      const next = Array.from({ length: Math.min(connectingMax, wanted - sockets.length) }, async (_, index) => {
        const socket = new WebSocket(url, { perMessageDeflate: false, skipUTF8Validation: true })
        socket.on('message', (data: Buffer) => {
          const { reply } = protocol.receive(data.toString())
          if (reply !== undefined) socket.send(reply)
        })
        socket.on('close', (code) => {
          problem ??= `a connection was closed with ${code}`
        })
        await once(socket, 'open')
        const own = `${conversationId}-${sockets.length + index}`
        const hello = isOwn ? protocol.hello?.replace(conversationId, own) : protocol.hello
        if (hello) socket.send(hello)
        return socket
      })
      sockets.push(...(await Promise.all(next)))
    }
    return null
  },

  check() {
    if (problem !== null) throw new Error(problem)
    return null
  },
})
