import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createTelltaleClient } from '@telltale/client'
import { createTelltale, type Telltale } from '@telltale/server'
import { initTRPC } from '@trpc/server'
import { applyWSSHandler } from '@trpc/server/adapters/ws'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { startServer } from '../support/live-server.ts'

const patience = { timeout: 10_000, interval: 5 }
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** One engine behind two doors: ours, which pushes, and tRPC's own, which pulls. */
async function open(options: { limits?: { queueLimit: number } } = {}) {
  const telltale = createTelltale({ ...options, unsafeTransport: true, identity: () => ({ userId: 'u' }) })
  closing.push(() => telltale.close({ drainMs: 0 }))
  const { port } = await telltale.listen({ port: 0 })
  const stock = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(stock, 'listening')
  applyWSSHandler({ wss: stock, router: telltale.router, createContext: () => ({}) })
  closing.push(() => {
    for (const socket of stock.clients) socket.terminate()
    stock.close()
  })
  const pushed = `ws://127.0.0.1:${port}/trpc`
  const pulled = `ws://127.0.0.1:${(stock.address() as AddressInfo).port}`
  return { telltale, pushed, pulled }
}

/** tRPC puts a frame's id behind it; ours stands in front, so that what follows is the same for everybody. */
function withIdInFront(text: string): string {
  return text.replace(/^(.*?"type":"data"),("data":.*),("id":"[^"]+")\}\}$/s, '$1,$3,$2}}')
}

/** Subscribes over a bare socket, and keeps what comes, to the last character but for what each stream has of its own. */
async function record(url: string, input: object): Promise<string[]> {
  const socket = new WebSocket(url)
  closing.push(() => socket.terminate())
  await once(socket, 'open')
  const texts: string[] = []
  socket.on('message', (data: Buffer) => {
    const text = data.toString().replace(/"streamId":"\w+"/, '"streamId":"s"')
    texts.push(withIdInFront(text.replace(/"serverTime":"[^"]+"/, '"serverTime":"t"')))
  })
  const params = { path: 'status.subscribe', input: { json: input } }
  socket.send(JSON.stringify({ id: 7, method: 'subscription', params }))
  await vi.waitFor(() => expect(texts.length).toBeGreaterThan(1), patience)
  return texts
}

const updatesIn = (texts: readonly string[]): number => texts.join().split('"offset":').length

/** Reads the same over both ways; `say` is told to both while they are live. */
async function bothWays(
  { telltale, pushed, pulled }: Awaited<ReturnType<typeof open>>,
  input: object,
  say: (telltale: Telltale) => void = () => undefined,
) {
  const before = telltale.size().readers
  const [push, pull] = await Promise.all([record(pushed, input), record(pulled, input)])
  await vi.waitFor(() => expect(telltale.size().readers).toBe(before + 2), patience)
  await vi.waitFor(() => expect(updatesIn(push)).toBe(updatesIn(pull)), patience)
  say(telltale)
  await telltale.flush()
  // Something everybody gets, behind all that was said.
  telltale.status.error('c', 'the end')
  for (const texts of [push, pull]) await vi.waitFor(() => expect(texts.at(-1)).toContain('the end'), patience)
  return { push, pull }
}

describe('frames that are pushed', () => {
  it('are those that are pulled, byte for byte', async () => {
    const both = await open()
    const { push, pull } = await bothWays(both, { conversationId: 'c', from: 'live' }, ({ status }) => {
      status.tool('c', 'Searching “the web”\n', { tool: 'web_search', nested: { deep: [1, null, -0] } })
      status.error('c', 'Failed \u2028', { type: 'Timeout' }, { key: 'k"\\', id: 'mine "1"', priority: 'low' })
      for (let n = 0; n < 320; n++) status.progress('c', `${n} of 320`, { current: n, total: 320 }, { key: 'p' })
    })
    expect(push.length).toBeGreaterThan(4)
    expect(push).toEqual(pull)
  })

  it('are the same for a filter, with the empty frames that move its position', async () => {
    const both = await open()
    const input = { conversationId: 'c', from: 'live', categories: ['workflow', 'error'] }
    const { push, pull } = await bothWays(both, input, ({ status }) => {
      for (let n = 0; n < 600; n++) status.info('c', `${n}`)
      status.workflow('c', 'one that is wanted')
    })
    expect(push).toEqual(pull)
    expect(push.join()).toContain('one that is wanted')
    expect(push.join()).not.toContain('"category":"info"')
  })

  it.each([
    ['the snapshot', 'snapshot'],
    ['the last few', { last: 30 }],
    ['far back, conflated', { last: 1_030 }],
    ['a place that is gone', { after: 'somewhere.1.1' }],
  ])('are the same from %s', async (_what, from) => {
    const both = await open()
    for (let n = 0; n < 1_040; n++) both.telltale.status.progress('c', `${n}`, { current: n }, { key: `${n % 3}` })
    await both.telltale.flush()
    const { push, pull } = await bothWays(both, { conversationId: 'c', from })
    expect(push).toEqual(pull)
  })

  it('tell the same gap when the server was flooded', async () => {
    const both = await open({ limits: { queueLimit: 50 } })
    const { push, pull } = await bothWays(both, { conversationId: 'c', from: 'live' }, ({ status }) => {
      for (let n = 0; n < 200; n++) status.info('c', `${n}`)
    })
    expect(push).toEqual(pull)
    expect(push.join()).toContain('"reason":"overflow"')
  })

  it('are the same text for all who numbered their requests alike', async () => {
    const { telltale, pushed } = await open()
    const readers = await Promise.all([1, 2, 3].map(() => record(pushed, { conversationId: 'c', from: 'live' })))
    await vi.waitFor(() => expect(telltale.size().readers).toBe(3), patience)
    for (let n = 0; n < 150; n++) telltale.status.info('c', `text ${n} with ümlauts`)
    for (const texts of readers) await vi.waitFor(() => expect(texts.at(-1)).toContain('text 149'), patience)
    expect(readers[1]).toEqual(readers[0])
    expect(readers[2]).toEqual(readers[0])
  })

  it('reach readers over WebSockets and event streams of one conversation alike', async () => {
    await using server = await startServer()
    const clients = [1, 2, 3, 4].map((number) =>
      createTelltaleClient({ url: server.url, transport: number % 2 === 0 ? 'sse' : 'websocket' }),
    )
    const texts = clients.map((client) => {
      const seen: string[] = []
      client.status({ conversationId: 'c', from: 'live' }).subscribe({ update: ({ text }) => void seen.push(text) })
      return seen
    })
    await vi.waitFor(() => expect(server.telltale.size().readers).toBe(4), patience)
    const said = Array.from({ length: 250 }, (_, number) => `${number} ${'x'.repeat(100)}`)
    for (const text of said) server.telltale.status.info('c', text)
    for (const seen of texts) await vi.waitFor(() => expect(seen).toEqual(said), patience)
    await Promise.all(clients.map((client) => client.close()))
  })

  it('can be pulled by an app’s own procedure that calls ours', async () => {
    const t = initTRPC.context<object>().create()
    await using server = await startServer({}, (telltale) => {
      const live = t.router({ live: telltale.router })
      const mine = t.procedure.subscription(async function* ({ ctx }) {
        const frames = await t.createCallerFactory(live)(ctx).live.status.subscribe({ conversationId: 'c' })
        for await (const frame of frames) yield frame
      })
      return t.router({ mine, live: telltale.router })
    })
    const socket = new WebSocket(server.url.replace('http', 'ws'))
    closing.push(() => socket.terminate())
    await once(socket, 'open')
    const told: string[] = []
    socket.on('message', (data: Buffer) => void told.push(data.toString()))
    socket.send(JSON.stringify({ id: 1, method: 'subscription', params: { path: 'mine', input: {} } }))
    await vi.waitFor(() => expect(told.join()).toContain('"type":"ready"'), patience)
    server.telltale.status.info('c', 'through both')
    await vi.waitFor(() => expect(told.join()).toContain('through both'), patience)
  })
})
