import type { Update } from '../update.ts'
import type { Contender } from './contender.ts'

// Engine.IO's packet types, and Socket.IO's behind a 4.
const packets = { open: '0', ping: '2', pong: '3', connect: '40', event: '42' }

/** One event an update, to a room; Socket.IO encodes a broadcast once. */
export const socketIo: Contender = {
  serve: async () => (await import('./socket-io-server.ts')).serve(),
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
