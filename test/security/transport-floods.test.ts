import { createTelltaleClient } from '@telltale/client'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { openChaosProxy } from '../support/chaos-proxy.ts'
import { frame, opcodes } from './support/frames.ts'
import { openRaw, type RawSocket } from './support/raw-socket.ts'
import { type Guarded, startGuarded } from './support/server.ts'

const patience = { timeout: 9_000, interval: 10 }
const { text, ping, pong } = opcodes
const subscribe = (conversationId: string, id = 1): object => ({
  id,
  method: 'subscription',
  params: { path: 'status.subscribe', input: { conversationId, from: 'live' } },
})

let server: Guarded
beforeAll(async () => {
  server = await startGuarded({
    access: 'traps',
    limits: { firstMessageTimeoutMs: 400, pingIntervalMs: 300, deadAfterMs: 1_000 },
  })
})
afterAll(() => server[Symbol.asyncDispose]())

/** Opens a WebSocket by hand, and says who it is. */
async function openAs(token: string, { port }: { port: number } = server): Promise<RawSocket> {
  const raw = await openRaw(port, { path: '/trpc?connectionParams=1' })
  raw.ask({ method: 'connectionParams', data: { token } })
  return raw
}

/** Waits until only the control reader is connected. */
const alone = (): Promise<void> =>
  vi.waitFor(async () => expect(await server.remote.size()).toMatchObject({ connections: 1, readers: 1 }), patience)

/** Writes as fast as it is taken, while the control reader reads so many updates. */
async function flood(raw: RawSocket, bytes: Buffer, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (let times = 0; times < 20 && raw.socket.writableLength < 4_000_000; times++) raw.socket.write(bytes)
    await server.control.lives()
  }
}

it('T9: who sends PING in a flood and does not read is read slowly, and no answers pile up', async () => {
  const raw = await openAs('ada')
  raw.say('PING')
  await raw.hears('PONG')
  raw.socket.pause()
  const growth = await server.growth(() =>
    flood(raw, Buffer.concat(Array.from({ length: 5_000 }, () => frame(text, 'PING'))), 40),
  )
  expect(growth).toBeLessThan(20_000_000)
  raw.destroy()
  await alone()
})

it('T9: who sends more than a thousand messages a second is read more slowly, and is answered in the end', async () => {
  const raw = await openAs('ada')
  const startedAt = performance.now()
  for (let burst = 1; burst <= 4; burst++) {
    raw.say(...Array.from({ length: 1_000 }, () => 'PING'))
    raw.ask({ id: burst, method: 'query', params: { path: 'status.categories' } })
    await server.control.during(raw.until(() => raw.messages.some(({ id }) => id === burst)))
  }
  expect(performance.now() - startedAt).toBeGreaterThan(1_500)
  raw.destroy()
  await alone()
})

it('T9: who has not said yet who it is may send a few PING, and is hung up on for a flood', async () => {
  const raw = await openRaw(server.port, { path: '/trpc?connectionParams=1' })
  raw.say('PING', 'PING')
  await raw.until(() => raw.texts.length === 2)
  raw.say(...Array.from({ length: 5_000 }, () => 'PING'))
  expect(await server.control.during(raw.closed())).toBeNull()
  expect(raw.texts.length).toBeLessThan(100)
})

it('T12: who said it would show a token and is silent is closed with 4408, though it answers pings', async () => {
  const sockets = await Promise.all(
    Array.from({ length: 20 }, () => openRaw(server.port, { path: '/trpc?connectionParams=1' })),
  )
  const startedAt = performance.now()
  for (const raw of sockets) {
    raw.say('PING')
    raw.socket.write(frame(pong))
  }
  const codes = await server.control.during(Promise.all(sockets.map((raw) => raw.closed())))
  expect(codes).toEqual(sockets.map(() => 4_408))
  expect(performance.now() - startedAt).toBeLessThan(3_000)
  for (const raw of sockets) raw.destroy()
})

it('T13: while nobody knows who it is, at most eight requests wait; who sends more is hung up on', async () => {
  const raw = await openAs('hang')
  const query = JSON.stringify({ id: 1, method: 'query', params: { path: 'status.categories' } })
  const growth = await server.growth(async () => {
    raw.say(...Array.from({ length: 20_000 }, () => query))
    expect(await raw.closed()).toBe(null)
  })
  expect(growth).toBeLessThan(20_000_000)
  // One that waits with less is told in the time that the hook has.
  const patient = await openAs('hang')
  patient.say(query)
  expect(await server.control.during(patient.closed())).toBe(4_503)
  expect(patient.texts).toHaveLength(1)
  patient.destroy()
})

it('T13: requests whose hook hangs are as many as may run at a time, and all are answered', async () => {
  const raw = await openAs('ada')
  const query = (id: number): object => ({
    id,
    method: 'query',
    params: { path: 'status.history', input: { conversationId: `hang-${id}` } },
  })
  for (let batch = 0; batch < 4; batch++)
    raw.ask(...Array.from({ length: 100 }, (_, index) => query(batch * 100 + index)))
  await server.control.during(raw.until(() => raw.messages.length === 400))
  const codes = raw.texts.map((answer) => /"telltale":{"code":"([A-Z_]+)"/.exec(answer)?.[1])
  expect(codes.filter((code) => code === 'NOT_FOUND')).toHaveLength(128)
  expect(codes.filter((code) => code === 'TOO_MANY_REQUESTS')).toHaveLength(272)
  raw.destroy()
  await alone()
})

it('T14: a peer whose cable was pulled is found dead, and leaves the conversation', async () => {
  const proxy = await openChaosProxy(server.port, Math.random)
  const client = createTelltaleClient({ url: proxy.url, transport: 'websocket', token: () => 'ada' })
  client.status({ conversationId: 'cable' }).subscribe({})
  const watcher = createTelltaleClient({ url: server.url, transport: 'websocket', token: () => 'grace' })
  const presence = watcher.presence({ conversationId: 'cable' })
  presence.subscribe({})
  const members = (): number => presence.store.getSnapshot().members.length
  await vi.waitFor(() => expect(members()).toBe(1), patience)
  proxy.set('both', { hole: 'swallow' })
  await server.control.during(vi.waitFor(() => expect(members()).toBe(0), patience))
  await vi.waitFor(async () => expect((await server.remote.size()).connections).toBe(2), patience)
  await proxy.close()
  await Promise.all([client.close(), watcher.close()])
  await alone()
})

it.each([
  ['T15: a reader that stops reading holds no more than its bounds, and is closed when it takes nothing', false],
  ['T16: the same of one that goes on sending: what counts is what it takes', true],
])('%s', async (_name, isSending) => {
  await using slow = await startGuarded({ access: 'traps', limits: { stuckAfterMs: 2_500 } })
  const raw = await openAs('ada', slow)
  raw.ask(subscribe('slow'))
  await raw.hears('"ready"')
  raw.socket.pause()
  // Once before: what is kept of a conversation is not its doing.
  await slow.remote.say('warm', 2_000, 2_000)
  const before = await slow.remote.heldBytes()
  const goOn = async (): Promise<void> => {
    if (isSending && raw.socket.writable)
      raw.socket.write(Buffer.concat([frame(pong), frame(ping), frame(text, 'PING')]))
    await slow.control.lives()
  }
  for (let round = 0; round < 20; round++) {
    await slow.remote.say('slow', 1_000, 2_000)
    await goOn()
  }
  expect((await slow.remote.size()).readers).toBe(2)
  // Of 40 MB no more waits than its bound, and what readers who lag are kept: 1 MiB each.
  expect((await slow.remote.heldBytes()) - before).toBeLessThan(20_000_000)
  while ((await slow.remote.size()).connections > 1) await goOn()
  raw.destroy()
})

it('T18: clients that lose the server at the same moment come back spread out, and all come back', async () => {
  const proxy = await openChaosProxy(server.port, Math.random)
  const attempts: number[] = []
  class Watched extends WebSocket {
    constructor(...address: ConstructorParameters<typeof WebSocket>) {
      attempts.push(performance.now())
      super(...address)
    }
  }
  const clients = Array.from({ length: 60 }, (_, index) =>
    createTelltaleClient({ url: proxy.url, transport: 'websocket', WebSocket: Watched, token: () => `user${index}` }),
  )
  const streams = clients.map((client) => client.status({ conversationId: 'storm', from: 'live' }))
  for (const stream of streams) stream.subscribe({})
  const areLive = (): boolean => streams.every(({ store }) => store.getSnapshot().integrity === 'live')
  await vi.waitUntil(
    () => areLive() && clients.every(({ connection }) => connection.getSnapshot() === 'open'),
    patience,
  )
  const back = new Set<unknown>()
  for (const { connection } of clients)
    connection.subscribe(() => connection.getSnapshot() === 'open' && back.add(connection))
  attempts.length = 0
  proxy.reset()
  await server.control.during(vi.waitFor(() => expect(back.size).toBe(60), patience))
  // The first tries stand anywhere within half a second.
  expect((attempts[54] ?? 0) - (attempts[6] ?? 0)).toBeGreaterThan(250)
  await Promise.all(clients.map((client) => client.close()))
  await proxy.close()
  await alone()
})
