import { createTelltaleClient, type StreamEvent } from '@telltale/client'
import { describe, expect, it } from 'vitest'
import { createManualClock } from '../../packages/server/src/testing/manual-clock.ts'
import { startServer } from '../support/live-server.ts'
import { openRefusingProxy, type UpgradeManners } from '../support/refusing-proxy.ts'

const poll = { interval: 10, timeout: 15_000 }
const quick = { backoff: { baseMs: 20, maxMs: 100 } }
const portOf = (url: string): number => Number(new URL(url).port)

describe('where WebSockets do not get through', () => {
  it.each<UpgradeManners>(['refuse', 'hang up', 'answer 200', 'accept and close'])(
    'a client changes over to server-sent events by itself: %s',
    async (manners) => {
      await using server = await startServer()
      await using proxy = await openRefusingProxy(portOf(server.url), manners)
      await using client = createTelltaleClient({ url: proxy.url, ...quick })
      const texts: string[] = []
      client.status({ conversationId: 'c1' }).subscribe({ update: ({ text }) => texts.push(text) })
      await expect.poll(() => client.transport.getSnapshot(), poll).toBe('sse')
      await client.publish({ conversationId: 'c1', category: 'info', text: 'hello' })
      await expect.poll(() => texts, poll).toEqual(['hello'])
      expect(client.connection.getSnapshot()).toBe('open')
      expect(proxy.upgrades).toBe(1)
    },
  )

  it('a client does not wait for ever for a proxy that swallows the request', async () => {
    await using server = await startServer()
    await using proxy = await openRefusingProxy(portOf(server.url), 'swallow')
    const clock = createManualClock()
    await using client = createTelltaleClient({ url: proxy.url, ...quick, clock })
    const answer = client.history({ conversationId: 'c1', limit: 1 })
    await expect.poll(() => proxy.upgrades, poll).toBe(1)
    clock.advance(4_000)
    // It waits by the same clock before it tries the other way.
    const ask = (): number => {
      clock.advance(50)
      return proxy.requests.length
    }
    await expect.poll(ask, poll).toBeGreaterThan(0)
    expect((await answer).updates).toEqual([])
    expect(client.transport.getSnapshot()).toBe('sse')
  })

  it('a client that is told to use WebSockets only does not change over', async () => {
    await using server = await startServer()
    await using proxy = await openRefusingProxy(portOf(server.url))
    await using client = createTelltaleClient({ url: proxy.url, ...quick, transport: 'websocket' })
    client.status({ conversationId: 'c1' }).subscribe({})
    await expect.poll(() => proxy.upgrades, poll).toBeGreaterThan(3)
    expect(proxy.requests).toEqual([])
  })

  it('a client that is told to use server-sent events does not try anything else', async () => {
    await using server = await startServer()
    await using client = createTelltaleClient({ url: server.url, ...quick, transport: 'sse' })
    expect((await client.history({ conversationId: 'c1', limit: 1 })).updates).toEqual([])
    expect(client.transport.getSnapshot()).toBe('sse')
    expect(server.urls).toEqual([])
  })

  it('WebSockets stay in use where they get through', async () => {
    await using server = await startServer()
    await using client = createTelltaleClient({ url: server.url, ...quick })
    await client.history({ conversationId: 'c1', limit: 1 })
    expect(client.transport.getSnapshot()).toBe('websocket')
  })
})

describe('over server-sent events', () => {
  it('fifty cuts lose nothing and double nothing', async () => {
    await using server = await startServer()
    await using proxy = await openRefusingProxy(portOf(server.url))
    await using client = createTelltaleClient({ url: proxy.url, ...quick })
    const events: StreamEvent[] = []
    const stream = client.status({ conversationId: 'c1' })
    stream.subscribe({
      update: (update) => events.push({ type: 'update', update }),
      gap: (gap) => events.push({ type: 'gap', ...gap }),
    })
    // Before it has a place in the log there is nothing to go on from.
    await expect.poll(() => stream.store.getSnapshot().integrity, poll).toBe('live')
    let said = 0
    for (let cut = 0; cut < 50; cut++) {
      for (let index = 0; index < cut % 4; index++) server.telltale.status.info('c1', `update ${++said}`)
      const opened = server.opened
      proxy.cut()
      for (let index = 0; index < 3; index++) server.telltale.status.info('c1', `update ${++said}`)
      await expect.poll(() => server.opened, poll).toBeGreaterThan(opened)
    }
    await expect.poll(() => events.length, poll).toBe(said)
    expect(events.map((event) => (event.type === 'update' ? event.update.text : event))).toEqual(
      Array.from({ length: said }, (_, index) => `update ${index + 1}`),
    )
  })

  it('forty streams share one connection, and none has what is of another', async () => {
    await using server = await startServer()
    await using proxy = await openRefusingProxy(portOf(server.url))
    await using client = createTelltaleClient({ url: proxy.url, ...quick })
    const conversations = Array.from({ length: 40 }, (_, index) => `c${index}`)
    const heard = new Map<string, string[]>()
    for (const conversationId of conversations) {
      const texts: string[] = []
      heard.set(conversationId, texts)
      client.status({ conversationId }).subscribe({ update: ({ text }) => texts.push(text) })
    }
    await expect.poll(() => server.telltale.size().readers, poll).toBe(40)
    for (const conversationId of conversations) server.telltale.status.info(conversationId, `of ${conversationId}`)
    await expect.poll(() => [...heard.values()].flat().length, poll).toBe(40)
    for (const [conversationId, texts] of heard) expect(texts).toEqual([`of ${conversationId}`])
    // One for all of them, and the knock that was over before it.
    expect(proxy.streams.open).toBe(1)
  })

  it('a stream added or stopped later disturbs no other', async () => {
    await using server = await startServer()
    await using client = createTelltaleClient({ url: server.url, ...quick, transport: 'sse' })
    const texts: string[] = []
    const gaps: unknown[] = []
    client
      .status({ conversationId: 'steady' })
      .subscribe({ update: ({ text }) => texts.push(text), gap: (gap) => gaps.push(gap) })
    await expect.poll(() => server.telltale.size().readers, poll).toBe(1)
    let said = 0
    for (let round = 0; round < 20; round++) {
      server.telltale.status.info('steady', `update ${++said}`)
      const passing = client.status({ conversationId: `passing-${round}` }).subscribe({})
      server.telltale.status.info('steady', `update ${++said}`)
      await client.publish({ conversationId: 'steady', category: 'info', text: `update ${++said}` })
      passing.unsubscribe()
      server.telltale.status.info('steady', `update ${++said}`)
    }
    await expect.poll(() => texts.length, poll).toBe(said)
    expect(texts).toEqual(Array.from({ length: said }, (_, index) => `update ${index + 1}`))
    expect(gaps).toEqual([])
  })

  it('the token goes in the Authorization header, fetched anew for each connection and never in the url', async () => {
    const authenticate = ({ token }: { token: string | null }) => (token === null ? null : { userId: token })
    await using server = await startServer({ access: { authenticate, authorize: () => true } })
    await using proxy = await openRefusingProxy(portOf(server.url))
    let tokens = 0
    await using client = createTelltaleClient({ url: proxy.url, ...quick, token: () => `secret-${++tokens}` })
    const failures: unknown[] = []
    client.status({ conversationId: 'c1' }).subscribe({ error: (error) => failures.push(error) })
    await expect.poll(() => server.telltale.size().readers, poll).toBe(1)
    const opened = server.opened
    proxy.cut()
    await expect.poll(() => server.opened, poll).toBeGreaterThan(opened)
    expect(failures).toEqual([])
    expect(proxy.requests.every(({ authorization }) => /^Bearer secret-\d+$/.test(authorization ?? ''))).toBe(true)
    expect(new Set(proxy.requests.map(({ authorization }) => authorization)).size).toBeGreaterThan(1)
    expect(proxy.requests.map(({ line }) => line).join()).not.toContain('secret')
  })

  it('a token that is refused ends the client, which does not knock for ever', async () => {
    await using server = await startServer({ access: { authenticate: () => null, authorize: () => true } })
    await using proxy = await openRefusingProxy(portOf(server.url))
    await using client = createTelltaleClient({ url: proxy.url, ...quick, token: () => 'wrong' })
    await expect(client.history({ conversationId: 'c1', limit: 1 })).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    expect(proxy.requests.length).toBe(1)
    expect(client.connection.getSnapshot()).toBe('closed')
  })

  it('comes back when the server was away, by whatever gets through then', async () => {
    await using server = await startServer()
    await using proxy = await openRefusingProxy(portOf(server.url))
    await using client = createTelltaleClient({ url: proxy.url, ...quick })
    const texts: string[] = []
    const stream = client.status({ conversationId: 'c1' })
    stream.subscribe({ update: ({ text }) => texts.push(text) })
    await expect.poll(() => stream.store.getSnapshot().integrity, poll).toBe('live')
    proxy.isDown = true
    proxy.cut()
    await expect.poll(() => client.connection.getSnapshot(), poll).toBe('connecting')
    server.telltale.status.info('c1', 'said meanwhile')
    proxy.isDown = false
    await expect.poll(() => texts, poll).toEqual(['said meanwhile'])
    expect(client.transport.getSnapshot()).toBe('sse')
  })

  it('a server that was away is found again by WebSockets, where those got through before', async () => {
    await using server = await startServer()
    await using line = await openRefusingProxy(portOf(server.url), 'pass')
    await using client = createTelltaleClient({ url: line.url, ...quick })
    client.status({ conversationId: 'c1' }).subscribe({})
    await expect.poll(() => client.transport.getSnapshot(), poll).toBe('websocket')
    line.isDown = true
    line.cut()
    await expect.poll(() => client.connection.getSnapshot(), poll).toBe('connecting')
    line.isDown = false
    await expect.poll(() => client.connection.getSnapshot(), poll).toBe('open')
    expect(client.transport.getSnapshot()).toBe('websocket')
    expect(line.requests).toEqual([])
  })

  it('closing the client leaves nothing open at the server', async () => {
    await using server = await startServer()
    const client = createTelltaleClient({ url: server.url, ...quick, transport: 'sse' })
    client.status({ conversationId: 'c1' }).subscribe({})
    await expect.poll(() => server.telltale.size().connections, poll).toBe(1)
    await client.close()
    await expect.poll(() => server.telltale.size(), poll).toMatchObject({ connections: 0, readers: 0 })
  })
})
