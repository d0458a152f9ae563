import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'

/** What a proxy does with a request to change over to WebSockets. */
export type UpgradeManners = 'refuse' | 'hang up' | 'swallow' | 'answer 200' | 'accept and close' | 'pass'

/** A proxy that lets plain HTTP through and no WebSocket, as some networks do. */
export interface RefusingProxy extends AsyncDisposable {
  readonly port: number
  /** For a client: `ws://…/trpc`. */
  readonly url: string
  /** Upgrades that were asked for so far. */
  readonly upgrades: number
  /** Event streams that are open now, and the most there ever were at the same time. */
  readonly streams: { readonly open: number; readonly most: number }
  /** Every request so far, by method and url, with its `Authorization`. */
  readonly requests: readonly { readonly line: string; readonly authorization: string | undefined }[]
  /** Cuts every connection without a word. */
  cut(): void
  /** While true everybody is hung up on. */
  isDown: boolean
}

/** Opens a proxy in front of a port of this machine. */
export async function openRefusingProxy(target: number, manners: UpgradeManners = 'refuse'): Promise<RefusingProxy> {
  const sockets = new Set<Socket>()
  const requests: { line: string; authorization: string | undefined }[] = []
  const streams = { open: 0, most: 0 }
  let upgrades = 0

  function pass(incoming: IncomingMessage, response: ServerResponse): void {
    const { method, url: path, headers } = incoming
    requests.push({ line: `${method} ${path}`, authorization: headers.authorization })
    const outgoing = forward({ port: target, host: '127.0.0.1', method, path, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      if (answer.headers['content-type']?.startsWith('text/event-stream')) {
        streams.most = Math.max(streams.most, ++streams.open)
        response.once('close', () => streams.open--)
      }
      answer.on('error', () => response.destroy())
      answer.pipe(response)
    })
    outgoing.on('error', () => response.destroy())
    response.once('close', () => outgoing.destroy())
    incoming.pipe(outgoing)
  }

  const server = createServer(pass)
  server.on('upgrade', (request, socket) => {
    upgrades++
    socket.on('error', () => undefined)
    if (manners === 'pass') passThrough(request, socket as Socket, target)
    else if (manners === 'refuse')
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
    else if (manners === 'answer 200') socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
    else if (manners === 'hang up') socket.destroy()
    else if (manners === 'accept and close') socket.end(acceptAndClose(request))
  })
  server.on('connection', (socket) => {
    if (proxy.isDown) return void socket.destroy()
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const proxy: RefusingProxy = {
    port,
    url: `ws://127.0.0.1:${port}/trpc`,
    get upgrades() {
      return upgrades
    },
    streams,
    requests,
    isDown: false,
    cut() {
      for (const socket of sockets) socket.destroy()
    },
    async [Symbol.asyncDispose]() {
      proxy.cut()
      server.close()
      await once(server, 'close')
    },
  }
  return proxy
}

/** As if there were no proxy: what the client asked for goes on as it came. */
function passThrough({ url, rawHeaders }: IncomingMessage, near: Socket, target: number): void {
  const far = connect(target, '127.0.0.1')
  far.on('error', () => near.destroy())
  far.on('close', () => near.destroy())
  near.on('close', () => far.destroy())
  const lines = rawHeaders.map((part, index) => (index % 2 === 0 ? `${part}: ` : `${part}\r\n`))
  far.write(`GET ${url} HTTP/1.1\r\n${lines.join('')}\r\n`)
  near.pipe(far).pipe(near)
}

/** A handshake (RFC 6455, section 4.2.2), and a close frame with 1001 right behind it. */
function acceptAndClose({ headers }: IncomingMessage): Buffer {
  const accept = createHash('sha1')
    .update(`${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64')
  const head = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade']
  return Buffer.concat([
    Buffer.from(`${head.join('\r\n')}\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`),
    Buffer.from([0x88, 2, 0x03, 0xe9]),
  ])
}
