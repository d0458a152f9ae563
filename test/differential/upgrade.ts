import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

/** Upgrade requests that no client of good will sends: what is asked for, and of whom. */
export const upgrades: Readonly<Record<string, { readonly url: string; readonly host: string }>> = {
  'an upgrade with a malformed url': { url: '//', host: 'localhost' },
  'an upgrade with a malformed host': { url: '/trpc', host: 'local host' },
}

/** Asks for an upgrade as it is told to, and answers the status, if there was an answer. */
export async function askForUpgrade(
  port: number,
  { url, host }: { url: string; host: string },
): Promise<number | null> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.on('error', () => {})
  const lines = [
    `GET ${url} HTTP/1.1`,
    `Host: ${host}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ]
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  const answer = await text(socket).catch(() => '')
  return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? Number.NaN) || null
}
