import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { deflateTail, frameHead, openDeflating, storeHead } from '../../bench/src/contenders/deflated-frames.ts'

// Long enough for each of the three lengths of a frame's head.
const tails = ['', 'tail '.repeat(10), 'a tail that repeats itself, '.repeat(60_000)]

describe('frames that are compressed once for all', () => {
  it('are read by a stock client: a stored head of its own, and a tail that others have too', async () => {
    const server = await openDeflating()
    const client = new WebSocket(`ws://127.0.0.1:${server.port}`, { perMessageDeflate: true })
    const received: string[] = []
    client.on('message', (data: Buffer) => received.push(data.toString()))
    await once(client, 'open')
    await expect.poll(() => server.sockets.size).toBe(1)
    const wanted = tails.flatMap((text) => [`head${text}`, `other head${text}`])
    for (const text of tails) {
      const tail = deflateTail(text, 6)
      for (const name of ['head', 'other head']) {
        const head = storeHead(name)
        for (const socket of server.sockets) {
          socket.write(Buffer.concat([frameHead(head.length + tail.length), head, tail]))
        }
      }
    }
    await expect.poll(() => received.length).toBe(wanted.length)
    expect(received).toEqual(wanted)
    client.close()
    await once(client, 'close')
    await server.close()
  })
})
