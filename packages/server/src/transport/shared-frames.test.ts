import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { websocketFraming } from './shared-frames.ts'

describe('shared frames', () => {
  it('are read by any WebSocket as one message, at every length of header, between messages of ws', async () => {
    const http = createServer().listen(0, '127.0.0.1')
    await once(http, 'listening')
    const server = new WebSocketServer({ server: http })
    const client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`)
    const [[peer, request]] = await Promise.all([once(server, 'connection'), once(client, 'open')])
    const got: string[] = []
    client.on('message', (data) => got.push(String(data)))
    const lengths = [0, 1, 100, 112, 113, 200, 65_000, 65_522, 65_523, 70_000, 300_000]
    const sent: string[] = []
    for (const length of lengths) {
      const [head, shared] = [`{"ü":"${length}"`, Buffer.from('x'.repeat(length))]
      peer.send(`before ${length}`)
      request.socket.write(websocketFraming.beginningOf(head, shared.length))
      request.socket.write(shared)
      sent.push(`before ${length}`, head + shared.toString())
    }
    peer.close()
    await once(client, 'close')
    expect(got).toEqual(sent)
    server.close()
    http.close()
  })
})
