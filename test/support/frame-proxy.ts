import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'

/** What to do with a message on its way to the client. */
export type Verdict = 'pass' | 'cut after'

/** A TCP proxy that knows where WebSocket messages end, and cuts where it is told to. */
export interface FrameProxy {
  readonly port: number
  readonly url: string
  /** How many connections there were so far. */
  readonly connections: number
  /** Resets every connection now. */
  cut(): void
  /** Asked for each message from the server. */
  onMessage: (text: string) => Verdict
  close(): Promise<void>
}

/** Opens a proxy in front of a port of this machine. */
export async function openFrameProxy(target: number): Promise<FrameProxy> {
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((client) => {
    connections++
    const upstream = connect(target, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.once('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    client.pipe(upstream)
    const reader = createMessageReader()
    upstream.on('data', (chunk: Buffer) => {
      for (const part of reader(chunk)) {
        client.write(part.bytes)
        if (part.text !== null && proxy.onMessage(part.text) === 'cut after') {
          // What was written still goes out; nothing behind it does.
          client.end()
          upstream.resetAndDestroy()
          return
        }
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const proxy: FrameProxy = {
    port,
    url: `ws://127.0.0.1:${port}/trpc`,
    get connections() {
      return connections
    },
    cut() {
      for (const socket of sockets) socket.resetAndDestroy()
    },
    onMessage: () => 'pass',
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
  return proxy
}

interface Part {
  readonly bytes: Buffer
  /** The message that these bytes end; null for anything else. */
  readonly text: string | null
}

/** Splits a server's bytes at its HTTP answer and at each WebSocket frame. */
function createMessageReader(): (chunk: Buffer) => Part[] {
  let pending = Buffer.alloc(0)
  let isUpgraded = false
  let message: Buffer[] = []
  return (chunk) => {
    pending = Buffer.concat([pending, chunk])
    const parts: Part[] = []
    if (!isUpgraded) {
      const end = pending.indexOf('\r\n\r\n')
      if (end < 0) return []
      isUpgraded = true
      parts.push({ bytes: pending.subarray(0, end + 4), text: null })
      pending = pending.subarray(end + 4)
    }
    for (let frame = readFrame(pending); frame; frame = readFrame(pending)) {
      pending = pending.subarray(frame.bytes.length)
      const isControl = frame.opcode >= 8
      if (!isControl) message.push(frame.payload)
      const isEnd = !isControl && frame.isFinal
      parts.push({ bytes: frame.bytes, text: isEnd ? Buffer.concat(message).toString() : null })
      if (isEnd) message = []
    }
    return parts
  }
}

/** One unmasked frame at the front of some bytes (RFC 6455, section 5.2); null when it is not whole. */
function readFrame(bytes: Buffer): { bytes: Buffer; payload: Buffer; opcode: number; isFinal: boolean } | null {
  const [first, second] = bytes
  if (first === undefined || second === undefined) return null
  const short = second & 0x7f
  const headLength = short === 126 ? 4 : short === 127 ? 10 : 2
  if (bytes.length < headLength) return null
  const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short
  if (bytes.length < headLength + length) return null
  const whole = bytes.subarray(0, headLength + length)
  return { bytes: whole, payload: whole.subarray(headLength), opcode: first & 0x0f, isFinal: (first & 0x80) !== 0 }
}
