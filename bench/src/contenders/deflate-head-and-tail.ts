import type { Socket } from 'node:net'
import { type Update, updateOf } from '../update.ts'
import type { Contender, Served } from './contender.ts'
import { deflateTail, frameHead, openDeflating, storeHead } from './deflated-frames.ts'
import { nothingElse } from './raw-socket-server.ts'

interface Message {
  readonly result: { readonly data: { readonly json: { readonly data: { readonly updates: readonly Update[] } } } }
}

async function serve(): Promise<Served> {
  const { port, sockets } = await openDeflating()
  const ids = new WeakMap<Socket, number>()
  let nextId = 1
  let after = 'start'
  const idOf = (socket: Socket): number => {
    const id = ids.get(socket) ?? nextId++
    ids.set(socket, id)
    return id
  }
  return {
    port,
    readers: () => sockets.size,
    say(drafts) {
      const updates = drafts.map(updateOf)
      const tail = deflateTail(`${JSON.stringify(updates)}}}}}}`, 6)
      const position = updates.at(-1)?.id ?? ''
      for (const socket of sockets) {
        const head = storeHead(headOf(idOf(socket), position, after))
        socket.cork()
        socket.write(Buffer.concat([frameHead(head.length + tail.length), head]))
        socket.write(tail)
        socket.uncork()
      }
      after = position
    },
  }
}

/** What Telltale's envelope has before the updates: of its own for each reader, for the request's id stands in it. */
function headOf(id: number, position: string, after: string): string {
  const tracked = `{"json":{"id":"${position}","data":{"type":"batch","after":"${after}","updates":`
  return `{"id":${id},"result":{"type":"data","id":"${position}","data":${tracked}`
}

/** A trial: a small head as it is and a long tail that all share, both blocks of one compressed message. */
export const deflateHeadAndTail: Contender = {
  serve,
  protocol: {
    path: '/',
    hello: null,
    deflates: true,
    receive: nothingElse,
    parse: (text) => (JSON.parse(text) as Message).result.data.json.data.updates,
  },
}
