import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { type WebSocket, WebSocketServer } from 'ws'
import { draftOf, updateOf } from '../../bench/src/update.ts'

// A server that speaks the benchmark's contract and Phoenix's channel protocol, started as a command.
// With `--skip N` it loses update N.

const { values } = parseArgs({ options: { skip: { type: 'string', default: '0' } } })
const skipped = Number(values.skip)
const joined = new Map<WebSocket, string>()
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
await once(server, 'listening')
console.log(`port ${(server.address() as AddressInfo).port}`)

server.on('connection', (socket) => {
  socket.on('message', (data: Buffer) => {
    const [join, ref, topic, event] = JSON.parse(data.toString()) as string[]
    if (event !== 'phx_join' || topic === undefined) return
    joined.set(socket, topic)
    socket.send(JSON.stringify([join, ref, topic, 'phx_reply', { status: 'ok', response: {} }]))
    console.log(`readers ${joined.size}`)
  })
})

for await (const line of createInterface({ input: process.stdin })) {
  const [, first = 0, count = 0] = (/^say (\d+) (\d+)$/.exec(line) ?? []).map(Number)
  for (let number = first; number < first + count; number++) {
    if (number === skipped) continue
    for (const [socket, topic] of joined) {
      socket.send(JSON.stringify([null, null, topic, 'update', updateOf(draftOf(number))]))
    }
  }
}
process.exit()
