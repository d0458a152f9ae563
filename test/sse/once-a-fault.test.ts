import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
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
