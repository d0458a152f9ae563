import { defaultContract } from '@telltale/contract'
import { TRPCClientError } from '@trpc/client'
import { describe, expect, it } from 'vitest'
import { startServer } from '../support/live-server.ts'
import { openRefusingProxy } from '../support/refusing-proxy.ts'
import { type TransformerName, transformers } from '../support/stock-client.ts'
import { createStockHttpClient, recordHttp } from './stock-http.ts'

const poll = { interval: 5, timeout: 15_000 }
const categories = defaultContract.names as ('engine' | 'tool' | 'workflow' | 'progress' | 'error' | 'info')[]
const portOf = (url: string): number => Number(new URL(url).port)
const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `update ${index + 1}`)

/** What a client is told of a failure, and with which status. */
async function failureOf(call: Promise<unknown>): Promise<unknown> {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  )
  return error instanceof TRPCClientError ? error.data : error
}

describe.each(Object.keys(transformers) as TransformerName[])('a stock client over HTTP with %s', (transformer) => {
  it('gets all six categories in order, only the asked ones when filtered, and nothing of another conversation', async () => {
    await using server = await startServer()
    const trpc = createStockHttpClient(server.url, { transformer })
    const all = recordHttp(trpc, { conversationId: 'c', from: 'live' })
    const some = recordHttp(trpc, { conversationId: 'c', categories: ['tool', 'error'], from: 'live' })
    const other = recordHttp(trpc, { conversationId: 'other', from: 'live' })
    await expect.poll(() => [all, some, other].map(({ frames }) => frames.length), poll).toEqual([1, 1, 1])
    for (const round of [1, 2]) {
      for (const category of categories) {
        const text = `${category} ${round}`
        await trpc.status.publish.mutate({ conversationId: 'c', category, text, metadata: { n: 1 } })
      }
    }
    await expect.poll(() => [all.updates.length, some.updates.length], poll).toEqual([12, 4])
    expect(all.updates.map(({ text }) => text)).toEqual([1, 2].flatMap((n) => categories.map((name) => `${name} ${n}`)))
    expect(some.updates.map(({ text }) => text)).toEqual(['tool 1', 'error 1', 'tool 2', 'error 2'])
    expect(all.updates[0]).toMatchObject({ conversationId: 'c', category: 'engine', metadata: { n: 1 } })
    expect([other.updates, all.gaps, some.gaps, all.errors, some.errors, other.errors].flat()).toEqual([])
    for (const reader of [all, some, other]) reader.stop()
  })

  it('publishes many at once, and reads history, snapshot and categories', async () => {
    await using server = await startServer()
    const { status } = createStockHttpClient(server.url, { transformer })
    const update = (text: string, category: 'info' | 'tool' = 'info') => ({ conversationId: 'c', category, text })
    const outcome = await status.publishMany.mutate({
      updates: [update('one'), update('two', 'tool'), { conversationId: 'c', category: 'gossip' as 'info', text: 'x' }],
    })
    expect(outcome).toMatchObject({ accepted: 2, rejected: [{ index: 2, code: 'UNKNOWN_CATEGORY' }] })
    // In one go, so that they are one request.
    const [history, snapshot, known] = await Promise.all([
      status.history.query({ conversationId: 'c', limit: 10 }),
      status.snapshot.query({ conversationId: 'c' }),
      status.categories.query(),
    ])
    expect(history.updates.map(({ text }) => text).sort()).toEqual(['one', 'two'])
    expect(snapshot).toMatchObject({ latest: { tool: { text: 'two' } }, counts: { info: 1, tool: 1 } })
    expect(known.map(({ name }) => name)).toEqual(categories)
  })

  it('is told what went wrong, by a code of ours and the status that belongs to it', async () => {
    await using server = await startServer({
      access: { authenticate: () => ({ userId: 'ada' }), authorize: (_who, _what, id) => id !== 'secret' },
    })
    const trpc = createStockHttpClient(server.url, { transformer })
    const publish = (conversationId: string, text: string, category = 'info') =>
      failureOf(trpc.status.publish.mutate({ conversationId, category: category as 'info', text }))
    expect(await publish('c', 'x', 'gossip')).toMatchObject({
      httpStatus: 400,
      telltale: { code: 'UNKNOWN_CATEGORY', retryable: false },
    })
    expect(await publish('c', 'x'.repeat(5_000))).toMatchObject({
      httpStatus: 413,
      telltale: { code: 'PAYLOAD_TOO_LARGE' },
    })
    expect(await publish('secret', 'x')).toMatchObject({ httpStatus: 404, telltale: { code: 'NOT_FOUND' } })
    expect(await failureOf(trpc.status.history.query({ conversationId: 'c', limit: -1 }))).toMatchObject({
      httpStatus: 400,
      telltale: { code: 'INVALID_INPUT' },
    })
    const denied = recordHttp(trpc, { conversationId: 'secret' })
    await expect.poll(() => denied.errors.length, poll).toBe(1)
    expect(denied.errors[0]).toMatchObject({ data: { telltale: { code: 'NOT_FOUND' } } })
    expect(denied.frames).toEqual([])
  })

  it('goes on by its last event id after 20 cuts, with nothing missing and nothing double', async () => {
    await using server = await startServer()
    await using proxy = await openRefusingProxy(portOf(server.url))
    const reader = recordHttp(createStockHttpClient(proxy.url, { transformer }), { conversationId: 'c', from: 'live' })
    await expect.poll(() => reader.frames.length, poll).toBe(1)
    let said = 0
    const say = (): void => server.telltale.status.info('c', `update ${++said}`)
    for (let cut = 0; cut < 20; cut++) {
      // Some cuts come with nothing said since the one before.
      for (let index = 0; index < cut % 3; index++) say()
      const { opened } = server
      proxy.cut()
      if (cut % 2 === 0) say()
      await expect.poll(() => server.opened, poll).toBeGreaterThan(opened)
    }
    await expect.poll(() => reader.updates.length, poll).toBe(said)
    expect(reader.updates.map(({ text }) => text)).toEqual(numbered(said))
    expect([reader.gaps, reader.errors]).toEqual([[], []])
    reader.stop()
  })

  it('comes back without a loss when its stream was ended because it was open long enough', async () => {
    await using server = await startServer({ limits: { streamMaxMs: 200, pingIntervalMs: 50 } })
    const reader = recordHttp(createStockHttpClient(server.url, { transformer }), { conversationId: 'c', from: 'live' })
    await expect.poll(() => reader.frames.length, poll).toBe(1)
    let said = 0
    while (server.opened < 5) {
      server.telltale.status.info('c', `update ${++said}`)
      await expect.poll(() => reader.updates.length, poll).toBe(said)
    }
    expect(reader.updates.map(({ text }) => text)).toEqual(numbered(said))
    expect([reader.gaps, reader.errors]).toEqual([[], []])
    reader.stop()
  })
})

describe('the credentials of a stock client over HTTP', () => {
  const access = {
    authenticate: ({ token }: { token: string | null }) => (token?.startsWith('secret') ? { userId: token } : null),
    authorize: () => true,
  }

  it('go in the Authorization header, for calls and for subscriptions', async () => {
    await using server = await startServer({ access })
    const trpc = createStockHttpClient(server.url, { token: 'secret-1' })
    const reader = recordHttp(trpc, { conversationId: 'c', from: 'live' })
    await expect.poll(() => reader.frames.length, poll).toBe(1)
    await trpc.status.publish.mutate({ conversationId: 'c', category: 'info', text: 'hello' })
    await expect.poll(() => reader.updates.map(({ text }) => text), poll).toEqual(['hello'])
    reader.stop()
  })

  it('are asked for: without them, or with wrong ones, there is a 401 and no subscription', async () => {
    await using server = await startServer({ access })
    for (const token of [undefined, 'wrong']) {
      const trpc = createStockHttpClient(server.url, token === undefined ? {} : { token })
      expect(await failureOf(trpc.status.categories.query())).toMatchObject({
        httpStatus: 401,
        telltale: { code: 'UNAUTHORIZED' },
      })
      const reader = recordHttp(trpc, { conversationId: 'c' })
      await expect.poll(() => reader.errors.length, poll).toBe(1)
      expect(reader.frames).toEqual([])
    }
    expect(server.opened).toBe(0)
  })

  it.each(['token=secret-1', 'connectionParams=%7B%22token%22%3A%22secret-1%22%7D', 'batch=1&token='])(
    'are refused in the url: %s',
    async (query) => {
      await using server = await startServer({ access })
      const http = server.url.replace('ws', 'http')
      const headers = { authorization: 'Bearer secret-1', 'content-type': 'application/json' }
      const get = await fetch(`${http}/status.categories?${query}`, { headers })
      const post = await fetch(`${http}?${query}`, { method: 'POST', headers, body: '[]' })
      for (const answer of [get, post]) {
        expect(answer.status).toBe(400)
        expect(await answer.text()).not.toContain('secret')
      }
    },
  )
})
