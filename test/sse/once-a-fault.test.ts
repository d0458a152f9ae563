import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { createTelltaleClient } from '@telltale/client'
import { createTelltale } from '@telltale/server'
import { createTRPCUntypedClient, httpBatchStreamLink } from '@trpc/client'
import { initTRPC } from '@trpc/server'
import { describe, expect, it } from 'vitest'
import { startServer } from '../support/live-server.ts'
import { createStockHttpClient, recordHttp } from './stock-http.ts'

const poll = { interval: 5, timeout: 15_000 }
const quick = { transport: 'sse', backoff: { baseMs: 20, maxMs: 100 } } as const

/** A server of nobody's yet, on a free port. */
async function startHttp(listener?: Parameters<typeof createServer>[1]) {
  const server = listener ? createServer(listener) : createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    server,
    port,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

describe('over server-sent events', () => {
  it('one stream more than a connection may have is refused alone', async () => {
    await using server = await startServer()
    await using client = createTelltaleClient({ url: server.url, ...quick })
    for (let index = 0; index < 128; index++) client.status({ conversationId: `c${index}` }).subscribe({})
    await expect.poll(() => server.telltale.size().readers, poll).toBe(128)
    const more = client.status({ conversationId: 'one-more' })
    const texts: string[] = []
    more.subscribe({ update: ({ text }) => texts.push(text) })
    const first = client.status({ conversationId: 'c0' }).store
    await expect.poll(() => first.getSnapshot().integrity, poll).toBe('live')
    await client.publish({ conversationId: 'c0', category: 'info', text: 'still here' })
    await expect.poll(() => first.getSnapshot().updates.at(-1)?.text, poll).toBe('still here')
    expect([server.telltale.size().readers, more.store.getSnapshot().integrity]).toEqual([128, 'catching-up'])
  })

  it('a stream that is stopped is stopped at the server: a hundred and forty one after the other', async () => {
    await using server = await startServer()
    await using client = createTelltaleClient({ url: server.url, ...quick })
    const steady = client.status({ conversationId: 'steady' })
    steady.subscribe({})
    for (let round = 0; round < 140; round++) {
      const passing = client.status({ conversationId: `passing-${round}` })
      const told = Promise.withResolvers<void>()
      const stop = passing.store.subscribe(() => {
        if (passing.store.getSnapshot().integrity === 'live') told.resolve()
      })
      await told.promise
      stop()
    }
    await expect.poll(() => server.telltale.size().readers, poll).toBe(1)
    expect(steady.store.getSnapshot().integrity).toBe('live')
  })

  it('a connection is open when the server has answered, and not when there is a token to show', async () => {
    const asked = Promise.withResolvers<void>()
    const http = await startHttp(() => asked.resolve())
    await using _http = http
    const url = `ws://127.0.0.1:${http.port}/trpc`
    await using client = createTelltaleClient({ url, ...quick, token: () => 'abc' })
    const states = new Set<string>()
    client.connection.subscribe(() => states.add(client.connection.getSnapshot()))
    client.status({ conversationId: 'c' }).subscribe({})
    await asked.promise
    expect([...states]).toEqual(['connecting'])
  })

  it('what a producer publishes without waiting is accepted in its order', async () => {
    let calls = 0
    // The later ones are let in sooner.
    const authenticate = async () => {
      for (let turn = 40 - (++calls % 40); turn > 0; turn--) await new Promise(setImmediate)
      return { userId: 'ada' }
    }
    await using server = await startServer({ access: { authenticate, authorize: () => true } })
    await using client = createTelltaleClient({ url: server.url, ...quick })
    await client.history({ conversationId: 'c', limit: 1 })
    const texts = Array.from({ length: 60 }, (_, index) => `${index} ${'x'.repeat(2_000)}`)
    const said: Promise<unknown>[] = []
    for (const text of texts) {
      said.push(client.publish({ conversationId: 'c', category: 'info', text }))
      await new Promise(setImmediate)
    }
    await Promise.all(said)
    const { updates } = await client.history({ conversationId: 'c', limit: 200 })
    expect(updates.map(({ text }) => text)).toEqual(texts)
  })

  it('a server that allows fewer streams refuses one, and is not asked to open all others again for it', async () => {
    await using server = await startServer({ limits: { subscriptionsMax: 10 } })
    await using client = createTelltaleClient({ url: server.url, ...quick })
    for (let index = 0; index < 10; index++) client.status({ conversationId: `c${index}` }).subscribe({})
    await expect.poll(() => server.telltale.size().readers, poll).toBe(10)
    client.status({ conversationId: 'one-more' }).subscribe({})
    await client.publish({ conversationId: 'c0', category: 'info', text: 'answered' })
    await expect.poll(() => server.telltale.size().readers, poll).toBe(10)
    const { opened } = server
    // Each try takes more than a second of the server's asking: three answers in between show that nothing is opened.
    for (let call = 0; call < 3; call++) await client.history({ conversationId: 'c0', limit: 1 })
    expect(server.opened).toBe(opened)
  })

  it('a server that is away is asked less and less often, also when there is a token to fetch', async () => {
    const nobody = await startHttp()
    await nobody[Symbol.asyncDispose]()
    const asked: number[] = []
    await using client = createTelltaleClient({
      url: `ws://127.0.0.1:${nobody.port}/trpc`,
      transport: 'sse',
      token: () => {
        asked.push(performance.now())
        return 'abc'
      },
      random: () => 0.99,
      backoff: { baseMs: 100, maxMs: 10_000 },
    })
    client.status({ conversationId: 'c' }).subscribe({})
    await expect.poll(() => asked.length, poll).toBe(5)
    const waits = asked.slice(1).map((at, index) => at - (asked[index] ?? 0))
    expect((waits[3] ?? 0) / (waits[1] ?? 1)).toBeGreaterThan(2)
  })

  it('calls of a user whose seats are taken are answered, and the stream goes on', async () => {
    const access = { authenticate: () => ({ userId: 'ada' }), authorize: () => true }
    await using server = await startServer({ access, limits: { socketsPerUser: 1 } })
    await using client = createTelltaleClient({ url: server.url, ...quick })
    client.status({ conversationId: 'c' }).subscribe({})
    await expect.poll(() => server.telltale.size().readers, poll).toBe(1)
    const { opened } = server
    await Promise.all(Array.from({ length: 12 }, () => client.history({ conversationId: 'c', limit: 1 })))
    expect(server.opened).toBe(opened)
  })

  it('a call whose answer is lost with the server says so at once', async () => {
    const never = new Promise<never>(() => undefined)
    const http = await startHttp((request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(':\n')
      void request
        .toArray()
        .then((body) => (body.join('') === '[]' ? response.end() : setImmediate(() => response.end())))
    })
    await using _http = http
    await using client = createTelltaleClient({ url: `ws://127.0.0.1:${http.port}/trpc`, ...quick })
    const call = client.history({ conversationId: 'c', limit: 1 })
    await expect(Promise.race([call, never])).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
  })

  it('a stock reader has the last words of a server that closes', async () => {
    await using server = await startServer()
    const reader = recordHttp(createStockHttpClient(server.url), { conversationId: 'c', from: 'live' })
    await expect.poll(() => reader.frames.length, poll).toBe(1)
    server.telltale.status.info('c', 'the last word')
    await server.telltale.close({ drainMs: 5_000 })
    await expect.poll(() => reader.updates.map(({ text }) => text), poll).toEqual(['the last word'])
    reader.stop()
  })

  it('who leaves while it is asked whether he may is not kept', async () => {
    const asked = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<boolean>()
    const authorize = (): Promise<boolean> => {
      asked.resolve()
      return answer.promise
    }
    await using server = await startServer({ access: { authenticate: () => ({ userId: 'ada' }), authorize } })
    const leaving = new AbortController()
    const url = `${server.url.replace('ws', 'http')}/status.subscribe?input=${encodeURIComponent('{"conversationId":"c"}')}`
    const gone = fetch(url, { signal: leaving.signal }).catch(() => 'gone')
    await asked.promise
    leaving.abort()
    expect(await gone).toBe('gone')
    answer.resolve(true)
    await server.telltale.flush()
    await expect.poll(() => server.telltale.size(), poll).toMatchObject({ connections: 0, readers: 0 })
  })
})

it('one who asks for much and takes nothing is hung up on', async () => {
  await using http = await startHttp()
  await using telltale = createTelltale({ limits: { stuckAfterMs: 200 } })
  telltale.attach(http.server)
  const text = 'x'.repeat(4_000)
  for (let index = 0; index < 1_000; index++) telltale.status.info('c', text, { index })
  await telltale.flush()
  const inputs = Array.from({ length: 40 }, (_, index) => [index, { conversationId: 'c', limit: 200 }])
  const input = encodeURIComponent(JSON.stringify(Object.fromEntries(inputs)))
  const socket = connect(http.port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.pause()
  socket.write(
    `GET /trpc/${inputs.map(() => 'status.history').join()}?batch=1&input=${input} HTTP/1.1\r\nHost: a\r\n\r\n`,
  )
  const connections = (): Promise<number> =>
    new Promise((resolve) => http.server.getConnections((_error, count) => resolve(count)))
  await expect.poll(connections, poll).toBe(1)
  await expect.poll(connections, poll).toBe(0)
  socket.destroy()
})

describe('on the server of an app', () => {
  it('an answer in pieces is not torn by a sign of life', async () => {
    const t = initTRPC.create()
    await using telltale = createTelltale({ limits: { pingIntervalMs: 20, deadAfterMs: 100 } })
    const pinged = Promise.withResolvers<string>()
    const router = t.router({ telltale: telltale.router, slow: t.procedure.query(() => pinged.promise) })
    await using http = await startHttp()
    telltale.attach(http.server, { router })
    const client = createTRPCUntypedClient({ links: [httpBatchStreamLink({ url: `${http.url}/trpc` })] })
    // A stream beside it shows when signs of life have been given.
    const stream = await fetch(`${http.url}/trpc`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '[{"id":1,"method":"subscription","params":{"path":"telltale.status.subscribe","input":{"conversationId":"c"}}}]',
    })
    const answer = client.query('slow')
    let heard = ''
    for await (const text of stream.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      heard += text
      if ((heard.match(/^:$/gm)?.length ?? 0) > 4) break
    }
    pinged.resolve('whole')
    expect(await answer).toBe('whole')
  })

  it('two can come and go in any order, and a listener that comes later gets nothing of ours', async () => {
    const asked: string[] = []
    await using http = await startHttp((request, response) => {
      asked.push(`early ${request.url}`)
      response.end('app')
    })
    await using one = createTelltale()
    await using other = createTelltale()
    const first = one.attach(http.server, { path: '/one' })
    const second = other.attach(http.server, { path: '/other' })
    http.server.on('request', (request) => asked.push(`late ${request.url}`))
    const ask = async (path: string): Promise<string> => (await fetch(http.url + path)).text()
    expect(await ask('/one/status.categories')).toContain('"engine"')
    expect(asked).toEqual([])
    first.detach()
    expect(await ask('/one/status.categories')).toBe('app')
    expect(await ask('/other/status.categories')).toContain('"engine"')
    second.detach()
    expect(await ask('/other/status.categories')).toBe('app')
    expect(asked).toEqual(
      ['early', 'late', 'early', 'late'].map((who, at) => `${who} /${at < 2 ? 'one' : 'other'}/status.categories`),
    )
    expect(Object.hasOwn(http.server, 'emit')).toBe(false)
  })

  it('what somebody else put in front of it before or after us stays', async () => {
    const traced: string[] = []
    const trace = (server: Server, name: string): void => {
      const emit = server.emit.bind(server) as (...args: unknown[]) => boolean
      server.emit = (...args: unknown[]) => {
        if (args[0] === 'request') traced.push(name)
        return emit(...args)
      }
    }
    await using http = await startHttp((_request, response) => void response.end('app'))
    await using telltale = createTelltale()
    trace(http.server, 'before')
    const attached = telltale.attach(http.server)
    trace(http.server, 'after')
    await (await fetch(`${http.url}/page`)).text()
    attached.detach()
    await (await fetch(`${http.url}/page`)).text()
    expect(traced).toEqual(['after', 'before', 'after', 'before'])
  })

  it('which has no listener of its own, what is not ours is answered with 404', async () => {
    await using http = await startHttp()
    await using telltale = createTelltale()
    telltale.attach(http.server)
    expect((await fetch(`${http.url}/elsewhere`)).status).toBe(404)
  })

  it('our path may be the root', async () => {
    await using http = await startHttp()
    await using telltale = createTelltale()
    telltale.attach(http.server, { path: '/' })
    expect((await fetch(`${http.url}/status.categories`)).status).toBe(200)
    await using client = createTelltaleClient({ url: `ws://127.0.0.1:${http.port}/`, ...quick })
    expect((await client.history({ conversationId: 'c', limit: 1 })).updates).toEqual([])
  })
})
