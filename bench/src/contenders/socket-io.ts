import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'
import { conversationId, type Update, updateOf } from '../update.ts'
import type { Contender, Served } from './contender.ts'

async function serve(): Promise<Served> {
  const http = createServer()
  const io = new Server(http, { transports: ['websocket'], perMessageDeflate: false, serveClient: false })
  io.on('connection', (socket) => void socket.join(conversationId))
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  return {
    port: (http.address() as AddressInfo).port,
    readers: () => io.sockets.adapter.rooms.get(conversationId)?.size ?? 0,
    say(drafts) {
      for (const draft of drafts) io.to(conversationId).emit('update', updateOf(draft))
    },
  }
}

// Engine.IO's packet types, and Socket.IO's behind a 4.
const packets = { open: '0', ping: '2', pong: '3', connect: '40', event: '42' }

/** One event an update, to a room; Socket.IO encodes a broadcast once. */
export const socketIo: Contender = {
  serve,
  protocol: {
    path: '/socket.io/?EIO=4&transport=websocket',
    hello: null,
    receive(text) {
      if (text.startsWith(packets.connect)) return {}
      if (text.startsWith(packets.open)) return { reply: packets.connect }
      if (text === packets.ping) return { reply: packets.pong }
      throw new Error(`not an update: ${text.slice(0, 200)}`)
    },
    parse(text) {
      if (!text.startsWith(packets.event)) throw new Error(`not an event: ${text.slice(0, 200)}`)
      const [, update] = JSON.parse(text.slice(packets.event.length)) as [string, Update]
      return [update]
    },
  },
}
