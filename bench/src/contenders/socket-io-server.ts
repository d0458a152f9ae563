import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'
import { conversationId, updateOf } from '../update.ts'
import type { Served } from './contender.ts'

/** A room with all readers in it. */
export async function serve(): Promise<Served> {
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
