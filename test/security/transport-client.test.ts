import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createTelltaleClient, TelltaleError } from '@telltale/client'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { startScripted, untilStopped } from '../support/live-server.ts'
import { type Guarded, startGuarded } from './support/server.ts'

const patience = { timeout: 9_000, interval: 10 }

// Another client in the same process is what must not notice here.
let beside: Guarded
beforeAll(async () => {
  beside = await startGuarded()
})
afterAll(() => beside[Symbol.asyncDispose]())

/** A server that takes calls and never says a word. */
async function openDead() {
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    connections++
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.resume()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/trpc`,
    get connections() {
      return connections
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A WebSocket server that answers whatever it is told to. */
async function openFake(answer: (socket: WebSocket, message: string) => void) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  let connections = 0
  server.on('connection', (socket) => {
    connections++
    socket.on('error', () => undefined)
    socket.on('message', (data) => answer(socket, String(data)))
  })
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connections() {
      return connections
    },
    async [Symbol.asyncDispose]() {
      for (const socket of server.clients) socket.terminate()
      server.close()
      await once(server, 'close')
    },
  }
}

it('T20: a server that takes the call and never answers is given up and tried again, with a rest between', async () => {
  await using dead = await openDead()
  await using client = createTelltaleClient({
    url: dead.url,
    transport: 'websocket',
    connectTimeoutMs: 200,
    requestTimeoutMs: 1_500,
    backoff: { baseMs: 200, maxMs: 400 },
  })
  const asked = client.snapshot({ conversationId: 'c' })
  await expect(beside.control.during(asked)).rejects.toMatchObject({ code: 'TIMEOUT' })
  client.status({ conversationId: 'c' }).subscribe({})
  await beside.control.during(vi.waitFor(() => expect(dead.connections).toBeGreaterThan(3), patience))
  expect(client.connection.getSnapshot()).toBe('connecting')
})

const garbage = [
  ...['', ' ', 'not JSON', '{', '[]]', '\u0000', '5', 'null', 'true', '"text"', '[]', '{}', '[1]', '[null]', '[[]]'],
  ...['{"id":1}', '{"id":1,"result":null}', '{"id":1,"result":5}', '{"id":1,"error":null}', '{"id":1,"error":{}}'],
  ...['{"id":1,"result":{"type":"data"}}', '{"id":1,"result":{"type":"data","data":null}}', '{"id":null}'],
  ...['{"id":1,"result":{"type":"data","data":{"json":{"id":1,"data":[]}}}}', '{"id":null,"method":"x"}'],
  ...['{"id":1,"result":{"type":"data","id":"x","data":{"json":{"id":"x","data":{"type":"batch"}}}}}'],
  ...['{"id":1,"result":{"type":"data","id":"x","data":{"json":{"id":"x","data":{"type":"ready","snapshot":5}}}}}'],
  ...['{"id":1,"result":{"type":"data","data":{"json":1,"meta":{"values":["Error"]}}}}', '{"__proto__":{"a":1}}'],
]

it('T21: whatever a server says, the client lives, nothing is thrown past it, and it goes on at one that makes sense', async () => {
  const uncaught: unknown[] = []
  const note = (error: unknown): void => void uncaught.push(error)
  process.on('uncaughtException', note)
  process.on('unhandledRejection', note)
  const json = fc.sample(fc.json({ maxDepth: 4 }), { numRuns: 100, seed: 1 })
  const bytes = fc.sample(fc.uint8Array({ maxLength: 40 }), { numRuns: 30, seed: 2 })
  let said = 0
  for (const piece of [...garbage, ...json, ...bytes]) {
    await using fake = await openFake((socket) => {
      socket.send(piece, { binary: typeof piece !== 'string' })
      said++
    })
    await using client = createTelltaleClient({ url: fake.url, transport: 'websocket', requestTimeoutMs: 30 })
    client.status({ conversationId: 'c' }).subscribe({})
    const asked = await client.snapshot({ conversationId: 'c' }).catch((error: unknown) => error)
    if (asked instanceof Error) expect(TelltaleError.isInstance(asked)).toBe(true)
  }
  await beside.control.lives()
  expect([uncaught, said > 100, 'a' in {}]).toEqual([[], true, false])
  process.off('uncaughtException', note)
  process.off('unhandledRejection', note)
})

it('X10: requests while there is no connection are a hundred at most, and each ends in its time', async () => {
  await using dead = await openDead()
  await using client = createTelltaleClient({
    url: dead.url,
    transport: 'websocket',
    connectTimeoutMs: 1_000,
    requestTimeoutMs: 500,
  })
  const before = process.memoryUsage().heapUsed
  const codes = new Map<string, number>()
  const asked = Array.from({ length: 20_000 }, (_, index) =>
    client.snapshot({ conversationId: `c${index}` }).catch(({ code }: TelltaleError) => {
      codes.set(code, (codes.get(code) ?? 0) + 1)
    }),
  )
  await beside.control.during(Promise.all(asked))
  expect(Object.fromEntries(codes)).toEqual({ OVERLOADED: 19_900, TIMEOUT: 100 })
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(150_000_000)
})

it('X11: a server that floods its reader fills no more than the reader keeps', async () => {
  const position = (offset: number): string => `epoch.${offset.toString(36)}.1`
  const updateOf = (offset: number): object => ({
    id: `u${offset}`,
    offset,
    conversationId: 'c',
    category: 'info',
    text: 'x'.repeat(100),
    metadata: {},
    timestamp: new Date(0).toISOString(),
  })
  const batches = 400
  await using server = await startScripted(async function* (_asked, signal) {
    const categories = ['info']
    const ready = { type: 'ready', streamId: 's', from: 'epoch.0.0', head: 'epoch.0.0', replaying: false, protocol: 1 }
    yield ['epoch.0.0', { ...ready, categories, available: categories, serverTime: new Date(0).toISOString() }]
    for (let batch = 0; batch < batches; batch++) {
      const first = batch * 100
      const after = first === 0 ? 'epoch.0.0' : position(first)
      const updates = Array.from({ length: 100 }, (_, index) => updateOf(first + index + 1))
      yield [position(first + 100), { type: 'batch', after, updates }]
    }
    await untilStopped(signal)
  })
  await using client = createTelltaleClient({ url: server.url, transport: 'websocket', updatesMax: 50, eventsMax: 100 })
  const stream = client.status({ conversationId: 'c' })
  const slow = stream[Symbol.asyncIterator]()
  const first = slow.next()
  await beside.control.during(
    vi.waitFor(() => expect(stream.store.getSnapshot().updates.at(-1)?.offset).toBe(batches * 100), patience),
  )
  expect(stream.store.getSnapshot().updates).toHaveLength(50)
  await first
  const kept: string[] = []
  for (let taken = 0; taken < 100; taken++) kept.push((await slow.next()).value?.type)
  // What it did not keep is told as a gap, and behind that comes the newest.
  expect(kept).toContain('gap')
  await slow.return?.()
})
