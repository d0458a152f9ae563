import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { type Draft, updateOf } from '../update.ts'
import type { Control, Served } from './contender.ts'

/** A bare `ws` server; `encode` makes the messages of what is said, and each goes to every socket as the same bytes. */
export async function serveRaw(
  encode: (drafts: readonly Draft[]) => readonly Buffer[],
  perMessageDeflate = false,
): Promise<Served> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate })
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

/** All that is said in a turn as one message. */
export function encodeHundred(drafts: readonly Draft[]): [Buffer] {
  return [Buffer.from(JSON.stringify(drafts.map(updateOf)))]
}

/** A raw server sends nothing but updates. */
export function nothingElse(text: string): Control {
  throw new Error(`a message without updates: ${text.slice(0, 200)}`)
}
