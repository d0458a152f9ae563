import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { constants, deflateRawSync } from 'node:zlib'
import { WebSocketServer } from 'ws'

// RFC 7692. A message without context takeover refers to nothing before it, so the same bytes serve every socket.

/** The end of a sync flush, which a message leaves out and its reader puts back. */
const flushTail = 4

/** Compresses a message, or the last part of one, to whole blocks that end at a byte. */
export function deflateTail(text: string, level: number): Buffer {
  const bytes = deflateRawSync(text, { level, finishFlush: constants.Z_SYNC_FLUSH })
  return bytes.subarray(0, bytes.length - flushTail)
}

/** A first part that is not compressed: one stored block, at most 65,535 bytes. Other blocks may follow. */
export function storeHead(text: string): Buffer {
  const data = Buffer.from(text)
  const block = Buffer.alloc(5 + data.length)
  block.writeUInt16LE(data.length, 1)
  block.writeUInt16LE(data.length ^ 0xffff, 3)
  data.copy(block, 5)
  return block
}

/** What stands before a compressed text message of so many bytes: FIN, RSV1 and the length. */
export function frameHead(length: number): Buffer {
  if (length < 126) return Buffer.from([0xc1, length])
  const head = Buffer.alloc(length < 65_536 ? 4 : 10)
  head[0] = 0xc1
  if (length < 65_536) {
    head[1] = 126
    head.writeUInt16BE(length, 2)
  } else {
    head[1] = 127
    head.writeBigUInt64BE(BigInt(length), 2)
  }
  return head
}

/** A server that is open. */
interface Deflating {
  readonly port: number
  readonly sockets: ReadonlySet<Socket>
  /** Ends once every reader has left. */
  close(): Promise<void>
}

/** A server whose readers inflate, and the bare sockets to write frames to. */
export async function openDeflating(): Promise<Deflating> {
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    perMessageDeflate: { serverNoContextTakeover: true },
  })
  await once(server, 'listening')
  const sockets = new Set<Socket>()
  server.on('connection', (client, { socket }) => {
    if (!client.extensions.includes('permessage-deflate')) throw new Error('a reader does not inflate')
    sockets.add(socket)
    client.on('close', () => sockets.delete(socket))
  })
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    async close() {
      server.close()
      await once(server, 'close')
    },
  }
}
