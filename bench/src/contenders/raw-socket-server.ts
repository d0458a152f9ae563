import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import type { Draft } from '../update.ts'
import type { Control, Served } from './contender.ts'

/** A bare `ws` server; `encode` makes the messages of what is said, and each goes to every socket as the same bytes. */
export async function serveRaw(encode: (drafts: readonly Draft[]) => readonly Buffer[]): Promise<Served> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    readers: () => server.clients.size,
    say(drafts) {
      for (const message of encode(drafts)) {
        for (const socket of server.clients) socket.send(message, { binary: false })
      }
    },
  }
}

/** A raw server sends nothing but updates. */
export function nothingElse(text: string): Control {
  throw new Error(`a message without updates: ${text.slice(0, 200)}`)
}
