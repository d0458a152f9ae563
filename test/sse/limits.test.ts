import {
  type Access,
  type Backplane,
  type BackplaneFactory,
  type BackplaneHost,
  memoryBackplane,
} from '@telltale/server'
import { describe, expect, it } from 'vitest'
import { startServer } from '../support/live-server.ts'
import { createStockClient, record } from '../support/stock-client.ts'
import { exchange, openEventStream, openStockStream, requestText } from './raw-http.ts'
import { createStockHttpClient, recordHttp } from './stock-http.ts'

const poll = { interval: 5, timeout: 15_000 }
const portOf = (url: string): number => Number(new URL(url).port)
const statusOf = (answer: string): number => Number(answer.split(' ', 2)[1])
const kinds = { 'by POST': openEventStream, 'as a stock client': openStockStream }

/** Lets in whoever says a name, and waits for ever with those who are called `nobody`. */
const byName: Access = {
  authenticate: ({ token }) =>
    token === 'nobody' ? new Promise<never>(() => undefined) : token === null ? null : { userId: token },
  authorize: () => true,
}
const as = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } })

describe.each(Object.entries(kinds))('streams over HTTP, opened %s', (_kind, open) => {
  it('are at most ten of a user: the next is answered with 429 and when to come back, and one that ends makes room', async () => {
    await using server = await startServer({ access: byName })
    const port = portOf(server.url)
    const streams = await Promise.all(Array.from({ length: 10 }, () => open(port, as('ada'))))
    const subscription = '[{"id":1,"method":"subscription","params":{"path":"status.subscribe"}}]'
    for (const request of [
      requestText('POST /trpc', { body: subscription, ...as('ada') }),
      requestText('POST /trpc', { body: subscription.replace('"sub', '"\\u0073ub'), ...as('ada') }),
      requestText('GET /trpc/status.subscribe', as('ada')),
    ]) {
      const refused = await exchange(port, request)
      expect(statusOf(refused)).toBe(429)
      expect(refused).toMatch(/^retry-after: 5\r$/im)
      expect(refused).toContain('"code":"TOO_MANY_REQUESTS","retryable":true,"retryAfterMs":5000')
    }
    // Who asks and goes takes no seat.
    for (const request of ['POST /trpc', 'GET /trpc/status.categories'])
      expect(statusOf(await exchange(port, requestText(request, { body: '[]', ...as('ada') })))).toBe(200)
    // An EventSource would take a refusal for final: it is told to come back.
    const accept = { Authorization: 'Bearer ada', Accept: 'text/event-stream' }
    const putOff = await exchange(port, requestText('GET /trpc/status.subscribe', { headers: accept }))
    expect([statusOf(putOff), putOff.includes('retry: 5000')]).toEqual([200, true])
    expect(server.telltale.size()).toMatchObject({ connections: 10, readers: 10 })
    // Another user has seats of her own.
    const other = await open(port, as('grace'))
    streams[0]?.destroy()
    await expect.poll(() => server.telltale.size().readers, poll).toBe(10)
    const again = await open(port, as('ada'))
    for (const socket of [...streams, other, again]) socket.destroy()
    await expect.poll(() => server.telltale.size(), poll).toMatchObject({ connections: 0, readers: 0, topics: 0 })
  })

  it('end for their generators when their reader hangs up, in whatever way', async () => {
    await using server = await startServer()
    const port = portOf(server.url)
    for (const leave of ['destroy', 'resetAndDestroy', 'end'] as const) {
      const socket = await open(port)
      expect(server.telltale.size()).toMatchObject({ connections: 1, readers: 1 })
      socket[leave]()
      await expect.poll(() => server.telltale.size(), poll).toMatchObject({ connections: 0, readers: 0, topics: 0 })
    }
  })
})

describe('strangers over HTTP', () => {
  it('are at most fifty of an address while nobody knows who they are; those inside are not disturbed', async () => {
    await using server = await startServer({ access: byName })
    const port = portOf(server.url)
    const stream = await openEventStream(port, as('ada'))
    const { hostname } = new URL(server.url)
    const leaving = new AbortController()
    const strangers = Array.from({ length: 50 }, () =>
      fetch(`http://${hostname}:${port}/trpc/status.categories`, {
        headers: { authorization: 'Bearer nobody' },
        signal: leaving.signal,
      }).catch(() => null),
    )
    const knock = async (): Promise<number> =>
      statusOf(await exchange(port, requestText('GET /trpc/status.categories', as('grace'))))
    await expect.poll(knock, poll).toBe(429)
    let heard = ''
    stream.on('data', (chunk: Buffer) => {
      heard += chunk.toString()
    })
    server.telltale.status.info('c', 'still here')
    await expect.poll(() => heard, poll).toContain('still here')
    leaving.abort()
    await Promise.all(strangers)
    await expect.poll(knock, poll).toBe(200)
    stream.destroy()
  })

  it('who are refused give their places back: sixty wrong tokens in a row are sixty times 401', async () => {
    await using server = await startServer({ access: { ...byName, authenticate: () => null } })
    const answers: number[] = []
    for (let index = 0; index < 60; index++)
      answers.push(statusOf(await exchange(portOf(server.url), requestText('POST /trpc', { body: '[]' }))))
    expect(new Set(answers)).toEqual(new Set([401]))
  })
})

describe('short requests over HTTP', () => {
  it('leave nothing behind, a thousand of them', async () => {
    await using server = await startServer()
    const { status } = createStockHttpClient(server.url)
    for (let round = 0; round < 100; round++)
      await Promise.all(
        Array.from({ length: 10 }, (_, index) => status.history.query({ conversationId: `c${index}`, limit: 1 })),
      )
    const url = server.url.replace('ws', 'http')
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '[]' }
    for (let round = 0; round < 900; round++) await (await fetch(url, init)).text()
    await expect
      .poll(() => server.telltale.size(), poll)
      .toEqual({ queued: 0, openSpans: 0, connections: 0, topics: 0, readers: 0 })
  })

  it('give their seats back: sixty one after the other, of a user who has two', async () => {
    await using server = await startServer({ access: byName, limits: { socketsPerUser: 2 } })
    const port = portOf(server.url)
    const body = JSON.stringify({ id: 1, method: 'query', params: { path: 'status.categories' } })
    for (let index = 0; index < 20; index++) {
      for (const request of [
        requestText('GET /trpc/status.categories', as('ada')),
        requestText('GET /trpc/status.nothing', as('ada')),
        requestText('POST /trpc', { body, ...as('ada') }),
      ])
        expect(statusOf(await exchange(port, request))).not.toBe(429)
    }
  })
})

describe('a server that closes', () => {
  it('ends streams of both kinds within the time it gives itself, and keeps nothing', async () => {
    await using server = await startServer()
    const stock = createStockHttpClient(server.url)
    const reader = recordHttp(stock, { conversationId: 'c', from: 'live' })
    const websocket = createStockClient(server.url)
    const beside = record(websocket, { conversationId: 'c', from: 'live' })
    const socket = await openEventStream(portOf(server.url))
    await expect.poll(() => [reader.frames.length, beside.frames.length], poll).toEqual([1, 1])
    let heard = ''
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString()
    })
    const ended = new Promise((resolve) => socket.once('end', resolve))
    server.telltale.status.info('c', 'the last word')
    const startedAt = performance.now()
    await server.telltale.close({ drainMs: 5_000 })
    expect(performance.now() - startedAt).toBeLessThan(2_000)
    await ended
    expect(heard).toContain('the last word')
    expect(server.telltale.size()).toEqual({ queued: 0, openSpans: 0, connections: 0, topics: 0, readers: 0 })
    reader.stop()
    beside.stop()
    await websocket.close()
  })

  it('answers whoever comes meanwhile with 503 and when to come back', async () => {
    // A log that does not answer holds the end up for as long as it may.
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
    const backplane: BackplaneFactory = <TEvent, TState>(host: BackplaneHost): Backplane<TEvent, TState> => {
      const memory = memoryBackplane()<TEvent, TState>(host)
      return { ...memory, append: (...given) => answered.then(() => memory.append(...given)) }
    }
    await using server = await startServer({ backplane })
    const port = portOf(server.url)
    server.telltale.status.info('c', 'the last word')
    const closing = server.telltale.close({ drainMs: 60_000 })
    for (const request of [
      requestText('POST /trpc', { body: '[]' }),
      requestText('GET /trpc/status.categories'),
      requestText('GET /trpc/status.subscribe'),
    ]) {
      const refused = await exchange(port, request)
      expect(statusOf(refused)).toBe(503)
      expect(refused).toMatch(/^retry-after: 1\r$/im)
      expect(refused).toContain('"code":"UNAVAILABLE","retryable":true')
    }
    answer()
    await closing
  })
})
