import { once } from 'node:events'
import { createServer, IncomingMessage, type Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createTelltaleClient } from '@telltale/client'
import { createTelltale } from '@telltale/server'
import { initTRPC } from '@trpc/server'
import superjson from 'superjson'
import { describe, expect, it } from 'vitest'
import { type Mount, plainRoot, superjsonRoot } from '../support/foreign-roots.ts'
import { startServer } from '../support/live-server.ts'
import { exchange, requestText } from './raw-http.ts'

const poll = { interval: 5, timeout: 15_000 }
const roots: Record<string, Mount> = { 'without a transformer': plainRoot, 'that revives by superjson': superjsonRoot }

/** An app's server on a free port, which says its name to whatever it is asked. */
async function startApp(): Promise<{ server: Server; port: number; asked: string[] } & AsyncDisposable> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.end('the app')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    server,
    port: (server.address() as AddressInfo).port,
    asked,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

describe('a server that is shared with an app', () => {
  it('leaves the app what is not ours, and gives everything back', async () => {
    await using app = await startApp()
    await using telltale = createTelltale()
    const own = app.server.listeners('request')
    const attached = telltale.attach(app.server, { path: '/live' })
    const get = async (path: string): Promise<string> => (await fetch(`http://127.0.0.1:${app.port}${path}`)).text()
    for (const path of ['/', '/lively', '/trpc/status.categories', '/x/live', '/?live']) {
      expect(await get(path)).toBe('the app')
      expect(app.asked.pop()).toBe(path)
    }
    expect(await get('/live/status.categories')).toContain('"engine"')
    expect(await get('/live/own')).toContain('No procedure found')
    expect(app.asked).toEqual([])
    attached.detach()
    expect(await get('/live/status.categories')).toBe('the app')
    expect(app.asked).toEqual(['/live/status.categories'])
    expect(app.server.listeners('request')).toEqual(own)
    expect(app.server.listenerCount('upgrade')).toBe(0)
  })

  it('serves two of us beside each other, each at its own path', async () => {
    await using app = await startApp()
    await using one = createTelltale()
    await using other = createTelltale()
    one.attach(app.server, { path: '/one' })
    other.attach(app.server, { path: '/other' })
    for (const [name, telltale] of Object.entries({ one, other })) {
      await using client = createTelltaleClient({ url: `ws://127.0.0.1:${app.port}/${name}`, transport: 'sse' })
      await client.publish({ conversationId: 'c', category: 'info', text: `to ${name}` })
      const snapshot = await telltale.createCaller({ userId: 'ada' }).status.snapshot({ conversationId: 'c' })
      expect(snapshot.latest.info?.text).toBe(`to ${name}`)
    }
    expect(app.asked).toEqual([])
  })

  it('keeps its open streams when it is detached, and ends them when it is closed', async () => {
    await using app = await startApp()
    const telltale = createTelltale()
    const attached = telltale.attach(app.server)
    await using client = createTelltaleClient({ url: `ws://127.0.0.1:${app.port}/trpc`, transport: 'sse' })
    const texts: string[] = []
    client.status({ conversationId: 'c' }).subscribe({ update: ({ text }) => texts.push(text) })
    await expect.poll(() => telltale.size().readers, poll).toBe(1)
    attached.detach()
    telltale.status.info('c', 'still connected')
    await expect.poll(() => texts, poll).toEqual(['still connected'])
    await telltale.close({ drainMs: 500 })
    expect(telltale.size()).toMatchObject({ connections: 0, readers: 0 })
  })
})

describe.each(Object.entries(roots))("an app's own router %s, over HTTP", (_name, mount) => {
  it('serves our procedures under their name there, to our client', async () => {
    await using server = await startServer({}, mount)
    await using client = createTelltaleClient({ url: server.url, transport: 'sse', prefix: 'telltale.' })
    const texts: string[] = []
    client.status({ conversationId: 'c' }).subscribe({ update: ({ text }) => texts.push(text) })
    await expect.poll(() => server.telltale.size().readers, poll).toBe(1)
    await client.publish({ conversationId: 'c', category: 'info', text: 'hello' })
    await expect.poll(() => texts, poll).toEqual(['hello'])
    expect((await client.history({ conversationId: 'c', limit: 5 })).updates.map(({ text }) => text)).toEqual(['hello'])
    await expect(client.history({ conversationId: 'c', limit: -1 })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })

  it('serves its own procedures beside ours', async () => {
    await using server = await startServer({}, mount)
    const answer = await fetch(`${server.url.replace('ws', 'http')}/own`)
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('the app')
  })
})

describe("an app's own router over HTTP that revives what it is sent", () => {
  const t = initTRPC.create({ transformer: superjson })
  const routerOf = (seen: unknown[]) => () =>
    t.router({
      echo: t.procedure.input((value) => value).mutation(({ input }) => void seen.push(input)),
      ask: t.procedure.input((value) => value).query(({ input }) => void seen.push(input)),
      watch: t.procedure
        .input((value) => value)
        .subscription(async function* ({ input }) {
          seen.push(input)
          yield 'watched'
        }),
    })
  const harmful = {
    'a typed array': { json: { a: 1.5e8 }, meta: { values: { a: [['typed-array', 'Uint8Array']] } } },
    'a regular expression': { json: { a: '/(a+)+$/' }, meta: { values: { a: ['regexp'] } } },
    'an error': { json: { a: { name: 'x', message: 'x' } }, meta: { values: { a: ['Error'] } } },
    'a class inside a map': { json: { a: [['k', 1]] }, meta: { values: { a: ['map', { '0.1': [['class', 'X']] }] } } },
  }

  it.each(Object.entries(harmful))('never sees %s of a stranger, by whatever door it comes', async (_what, input) => {
    const seen: unknown[] = []
    await using server = await startServer({}, routerOf(seen))
    const port = Number(new URL(server.url).port)
    const [json, query] = [JSON.stringify(input), encodeURIComponent(JSON.stringify(input))]
    const batch = JSON.stringify({ 0: { json: 1 }, 1: input })
    const message = { id: 1, method: 'mutation', params: { path: 'echo', input } }
    const answers = await Promise.all(
      [
        requestText('POST /trpc/echo', { body: json }),
        requestText('POST /trpc/echo,echo?batch=1', { body: batch }),
        requestText(`GET /trpc/ask?input=${query}`),
        requestText(`GET /trpc/ask,ask?batch=1&input=${encodeURIComponent(batch)}`),
        requestText(`GET /trpc/watch?input=${query}`),
        requestText('POST /trpc', { body: JSON.stringify(message) }),
        requestText('POST /trpc', { body: JSON.stringify([message]) }),
      ].map((request) => exchange(port, request)),
    )
    for (const answer of answers) expect(answer).toContain('not revived from strangers')
    expect(seen).toEqual([])
  })

  it('sees dates, sets and the like as they were', async () => {
    const seen: unknown[] = []
    await using server = await startServer({}, routerOf(seen))
    const value = { at: new Date(0), of: new Set([1]), by: new Map([['k', 2n]]), none: undefined }
    const body = JSON.stringify(superjson.serialize(value))
    const answer = await exchange(Number(new URL(server.url).port), requestText('POST /trpc/echo', { body }))
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
    expect(seen).toEqual([value])
  })
})

describe('the context of a call over HTTP', () => {
  it('is made of the request and its response: for each request once, and for a stream once', async () => {
    const made: { url: string | undefined; isResponse: boolean; type: string; token: unknown }[] = []
    await using app = await startApp()
    await using telltale = createTelltale()
    const t = initTRPC.context<{ agent: string | undefined }>().create()
    telltale.attach(app.server, {
      router: t.router({ agent: t.procedure.query(({ ctx }) => ctx.agent), telltale: telltale.router }),
      createContext: ({ req, res, info }) => {
        expect(req).toBeInstanceOf(IncomingMessage)
        const isResponse = res instanceof ServerResponse
        made.push({ url: req.url, isResponse, type: info.type, token: info.connectionParams?.['token'] })
        return { agent: req.headers['user-agent'] }
      },
    })
    const headers = { 'User-Agent': 'a browser', Authorization: 'Bearer abc' }
    const answer = await exchange(app.port, requestText('GET /trpc/agent,agent?batch=1', { headers }))
    expect(answer).toContain('[{"result":{"data":"a browser"}},{"result":{"data":"a browser"}}]')
    const call = (id: number) => ({ id, method: 'query', params: { path: 'agent' } })
    const body = JSON.stringify([call(1), call(2)])
    const streamed = await exchange(app.port, requestText('POST /trpc', { body, headers }))
    expect(streamed.match(/"data":"a browser"/g)).toHaveLength(2)
    expect(made).toEqual([
      { url: '/trpc/agent,agent?batch=1', isResponse: true, type: 'query', token: undefined },
      { url: '/trpc', isResponse: true, type: 'unknown', token: 'abc' },
    ])
  })

  it('that cannot be made is an error, and shows nothing of why to who is not meant to know', async () => {
    await using app = await startApp()
    await using telltale = createTelltale()
    telltale.attach(app.server, {
      createContext: () => {
        throw new Error('the password of the database is hunter2')
      },
    })
    const body = JSON.stringify({ id: 1, method: 'query', params: { path: 'status.categories' } })
    for (const [request, status] of [
      [requestText('GET /trpc/status.categories'), 500],
      [requestText('POST /trpc', { body }), 200],
    ] as const) {
      const answer = await exchange(app.port, request)
      expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
      expect(answer).toMatch(/internal error \w+/)
      expect(answer).not.toMatch(/hunter2|\bat .+:\d+:\d+/)
    }
  })
})
