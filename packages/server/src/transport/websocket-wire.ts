import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { closeCodes } from './close-codes.ts'
import { encodeHead } from './shared-frames.ts'
import type { Wire } from './wire.ts'

const open = 1 // WebSocket.OPEN

/**
 * A WebSocket as a wire. Shared frames go to the stream below it beside the package `ws`, as one write and without a
 * copy; that is safe because without compression `ws`, too, writes every message at once.
 */
export function websocketWire(socket: WebSocket, below: Duplex): Wire {
  return {
    get isOpen() {
      return socket.readyState === open
    },
    get waitingBytes() {
      return socket.bufferedAmount
    },
    isAnswering: true,
    transport: 'websocket',
    encodeHead,
    send: (text, taken) => socket.send(text, taken),
    sendShared(head, rest, taken) {
      below.cork()
      below.write(head)
      below.write(rest, taken)
      below.uncork()
    },
    ping: () => socket.ping(),
    close(reason) {
      const [code, text] = closeCodes[reason]
      socket.close(code, text)
    },
    terminate: () => socket.terminate(),
  }
}
