import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** What came back over a connection: everything, until the server hung up. */
export async function exchange(port: number, ...parts: readonly (string | Buffer)[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let answer = ''
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString('latin1')
  })
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  for (const part of parts) socket.write(part)
  if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve))
  return answer
}

/** A request as text, whose answer is the last on its connection. */
export function requestText(
  line: string,
  { body, headers = {} }: { body?: string; headers?: Readonly<Record<string, string>> } = {},
): string {
  const all = {
    Host: 'localhost',
    Connection: 'close',
    ...(body !== undefined && {
      'Content-Type': 'application/json',
      'Content-Length': String(Buffer.byteLength(body)),
    }),
    ...headers,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${line} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`
}

/** Asks for a conversation's updates by a POST, and answers the connection once its first event is here. */
export async function openEventStream(
  port: number,
  { headers = {}, conversationId = 'c' }: { headers?: Readonly<Record<string, string>>; conversationId?: string } = {},
): Promise<Socket> {
  const input = { conversationId, from: 'live' }
  const body = JSON.stringify({ id: 1, method: 'subscription', params: { path: 'status.subscribe', input } })
  return openStream(port, requestText('POST /trpc', { body, headers }))
}

/** The same as a stock client asks: by GET. */
export async function openStockStream(
  port: number,
  { headers = {}, conversationId = 'c' }: { headers?: Readonly<Record<string, string>>; conversationId?: string } = {},
): Promise<Socket> {
  const input = encodeURIComponent(JSON.stringify({ conversationId, from: 'live' }))
  return openStream(port, requestText(`GET /trpc/status.subscribe?input=${input}`, { headers }))
}

async function openStream(port: number, request: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.write(request)
  let heard = ''
  while (!heard.includes('"type":"ready"')) {
    const [chunk] = (await once(socket, 'data')) as [Buffer]
    heard += chunk.toString('latin1')
  }
  return socket
}
