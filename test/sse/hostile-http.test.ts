import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Served, serve } from '../support/serve.ts'
import { createStockClient, type Received, record } from '../support/stock-client.ts'
import { exchange, openEventStream, openStockStream, requestText } from './raw-http.ts'
import { createStockHttpClient, recordHttp } from './stock-http.ts'

const poll = { interval: 5, timeout: 15_000 }

let server: Served
let websocket: ReturnType<typeof createStockClient>
let readers: readonly Received[]
let said = 0
beforeAll(async () => {
  server = await serve()
  websocket = createStockClient(server.url)
  readers = [
    record(websocket, { conversationId: 'healthy', from: 'live' }),
    recordHttp(createStockHttpClient(server.url), { conversationId: 'healthy', from: 'live' }),
  ]
  await vi.waitFor(() => expect(readers.map(({ frames }) => frames.length)).toEqual([1, 1]), poll)
})
afterAll(async () => {
  for (const reader of readers) reader.stop()
  await websocket.close()
  await server.stop()
})

/** The readers beside the attack still get what is said, on the subscription they began with, and the process lives. */
async function expectHealthy(): Promise<void> {
  await websocket.trpc.status.publish.mutate({ conversationId: 'healthy', category: 'info', text: `${++said}` })
  for (const { updates, errors, gaps, frames } of readers) {
    await expect.poll(() => updates.length, poll).toBe(said)
    expect([errors, gaps]).toEqual([[], []])
    expect(frames.filter(({ data }) => data.type === 'ready')).toHaveLength(1)
  }
  expect(server.exitCode).toBeNull()
}

/** Sends a request, expects the status, and that nothing of the inside is shown. */
async function expectStatus(status: number, ...parts: readonly string[]): Promise<string> {
  const answer = await exchange(server.port, ...parts)
  expect(answer.split('\r\n', 1)[0]).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  // Neither a line of a stack, nor a file of ours, nor the engine's own words.
  expect(answer).not.toMatch(/\bat .+:\d+:\d+|node_modules|\.ts\b|Unexpected token|SyntaxError|"stack"/)
  return answer
}

describe('a request that is malformed', () => {
  it.each(['/trpc/%zz', '/trpc/status.history?input=%zz', '/trpc/status.history?input=%7B', '/trpc/a?input=]'])(
    'GET %s is answered with 400 or 404',
    async (url) => {
      expect(await exchange(server.port, requestText(`GET ${url}`))).toMatch(/^HTTP\/1\.1 40[04] /)
      await expectHealthy()
    },
  )

  it.each(['//trpc', '//', '/%%%[', '/', '*', '/trpcx', '/elsewhere/trpc'])(
    'to %s, which is not ours, goes to the rest of the server',
    async (url) => {
      expect(await exchange(server.port, requestText(`GET ${url}`))).not.toContain('"telltale"')
      await expectHealthy()
    },
  )

  it.each(['[', 'a b', 'x:99999', 'a/b', 'a@b', '[::1', ''])(
    'with the host "%s" is answered with 400',
    async (Host) => {
      await expectStatus(400, requestText('GET /trpc/status.categories', { headers: { Host } }))
      await expectHealthy()
    },
  )

  it('with two hosts is answered with 400', async () => {
    await expectStatus(400, requestText('GET /trpc/status.categories').replace('Host:', 'Host: localhost\r\nHost:'))
    await expectHealthy()
  })

  it.each([
    'status.nothing',
    '__proto__',
    'constructor.prototype',
    'status.__proto__.publish',
    'a.very.long.one.'.repeat(4),
    '../trpc',
    '',
  ])('for the unknown procedure "%s" is answered with 404, and echoes little of it', async (procedure) => {
    const answer = await expectStatus(404, requestText(`GET /trpc/${procedure}`))
    expect(answer.length).toBeLessThan(1_000)
    await expectHealthy()
  })

  it.each(['PUT', 'DELETE', 'PATCH', 'TRACE', 'OPTIONS'])('by %s is answered with 405', async (method) => {
    expect(await expectStatus(405, requestText(`${method} /trpc/status.categories`))).toMatch(/^allow: GET, POST\r$/im)
    await expectHealthy()
  })

  it('by the method of another kind of procedure is answered with 405', async () => {
    await expectStatus(405, requestText('GET /trpc/status.publish'))
    await expectStatus(405, requestText('POST /trpc/status.history', { body: '{}' }))
    // A subscription has its status before it has its error, which comes as an event.
    // By HTTP/1.0, in which no chunks are marked between its lines.
    const subscribing = requestText('POST /trpc/status.subscribe', { body: '{}' }).replace('HTTP/1.1', 'HTTP/1.0')
    const subscribed = await expectStatus(200, subscribing)
    expect(subscribed).toMatch(/event: serialized-error\ndata: .*METHOD_NOT_SUPPORTED/)
    await expectHealthy()
  })

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonx',
    'text/plain; application/json',
    '',
  ])('with a body of type "%s", as a form of another site could send, is answered with 415', async (type) => {
    const body = JSON.stringify({ conversationId: 'healthy', category: 'info', text: 'forged' })
    for (const line of ['POST /trpc', 'POST /trpc/status.publish'])
      await expectStatus(415, requestText(line, { body, headers: { 'Content-Type': type } }))
    await expectHealthy()
  })

  it.each(['not JSON', '{', '[]]', '\u0000', '5', 'null', '{}', '[1]', '{"id":{}}', '{"id":1,"method":"x"}'])(
    'with the message %s is answered with an error event, and ends',
    async (body) => {
      const answer = await expectStatus(200, requestText('POST /trpc', { body }))
      const [, json = ''] = /^data: (.+)$/m.exec(answer) ?? []
      expect(JSON.parse(json)).toHaveProperty('error')
      await expectHealthy()
    },
  )

  it.each(['not JSON', '{', '\u0000', '5', 'null', '[1]'])('with the input %s is answered with 400', async (body) => {
    await expectStatus(400, requestText('POST /trpc/status.publish', { body }))
    await expectHealthy()
  })
})

describe('a request that is too much', () => {
  const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`

  it('of more than 64 KiB is answered with 413, which its sender can read; one of 64 KiB is read', async () => {
    const url = `http://127.0.0.1:${server.port}/trpc`
    const send = (body: string) => fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    expect(await (await send('['.padEnd(65_535, ' ').concat(']'))).text()).toBe(':\n')
    for (const length of [65_537, 1_000_000, 10_000_000]) {
      const refused = await send('x'.repeat(length))
      expect(refused.status).toBe(413)
      expect(await refused.json()).toMatchObject({ error: { data: { telltale: { code: 'PAYLOAD_TOO_LARGE' } } } })
    }
    await expectHealthy()
  })

  it('leaves the connection behind it to nobody: what follows a refused body is not taken for a request', async () => {
    const hidden = requestText('GET /trpc/status.categories')
    const answer = await expectStatus(413, requestText('POST /trpc', { body: 'x'.repeat(100_000) + hidden }), hidden)
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1)
    await expectHealthy()
  })

  it('with a body that never ends is answered with 408', async () => {
    const headers = { 'Content-Length': '10' }
    await Promise.all(['[', ''].map((body) => expectStatus(408, requestText('POST /trpc', { body, headers }))))
    await expectHealthy()
  })

  it('nested too deep is answered with 400, by GET and by POST, and by an error event on a stream', async () => {
    for (const depth of [40, 10_000]) {
      const body = nested(depth)
      expect(await expectStatus(400, requestText('POST /trpc/status.publish', { body }))).toContain('nested deeper')
      expect(await expectStatus(200, requestText('POST /trpc', { body }))).toContain('nested deeper than 16')
    }
    await expectStatus(400, requestText(`GET /trpc/status.history?input=${encodeURIComponent(nested(60))}`))
    await expectHealthy()
  })

  it('of more than 128 calls at once is refused before any of them runs', async () => {
    const calls = (count: number): string => Array.from({ length: count }, () => 'status.history').join()
    await expectStatus(400, requestText(`GET /trpc/${calls(129).replaceAll('status.history', 'a')}?batch=1`))
    const publish = { method: 'mutation', params: { path: 'status.publish', input: { conversationId: 'healthy' } } }
    const messages = Array.from({ length: 129 }, (_, id) => ({ id, ...publish }))
    const answer = await expectStatus(200, requestText('POST /trpc', { body: JSON.stringify(messages) }))
    expect(answer.match(/more than 128 requests/g)).toHaveLength(129)
    await expectHealthy()
  })

  it('with a url of more than 12 KiB or headers of more than 16 KiB is refused', async () => {
    const input = (length: number): string => encodeURIComponent('{"conversationId":"c"}'.padEnd(length))
    await expectStatus(200, requestText(`GET /trpc/status.history?input=${input(3_000)}`))
    await expectStatus(400, requestText(`GET /trpc/status.history?input=${input(4_500)}`))
    const headers = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`x-${index}`, 'filler']))
    await expectStatus(431, requestText('GET /trpc/status.categories', { headers }))
    await expectHealthy()
  })
})

describe('a client of unusual manners', () => {
  it('may send its body in chunks, ask before it sends, speak HTTP/1.0, or close its half', async () => {
    const chunked = requestText('POST /trpc', {
      headers: { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' },
    })
    await expectStatus(200, chunked, '1\r\n[\r\n', '1\r\n]\r\n', '0\r\n\r\n')
    await expectStatus(100, requestText('POST /trpc', { body: '[]', headers: { Expect: '100-continue' } }))
    await expectStatus(200, requestText('GET /trpc/status.categories').replace('HTTP/1.1', 'HTTP/1.0'))
    await expectHealthy()
  })

  it('may send requests behind a stream that stays open, and then hang up', async () => {
    for (const open of [openEventStream, openStockStream]) {
      const socket = await open(server.port, { conversationId: 'left', headers: { Connection: 'keep-alive' } })
      for (let index = 0; index < 20; index++) socket.write(requestText('GET /trpc/status.categories'))
      socket.resetAndDestroy()
      await expectHealthy()
    }
  })
})
