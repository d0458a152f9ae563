import { createTelltaleClient } from '@telltale/client'
import { createTelltale, publicAccess } from '@telltale/server'
import { describe, expect, it, vi } from 'vitest'
import { startServer } from '../support/live-server.ts'

/** An answer that comes when it is let. */
function late<T>(answer: T) {
  let give: () => void = () => undefined
  let isAsked = false
  const given = new Promise<void>((resolve) => {
    give = resolve
  })
  const ask = async (): Promise<T> => {
    isAsked = true
    await given
    return answer
  }
  return { ask, give: () => give(), isAsked: () => isAsked }
}

describe('a server that closes while somebody says who they are', () => {
  it('lets nobody in any more whose token comes later, and is not held up by them', async () => {
    const token = late('x')
    const telltale = createTelltale({ access: publicAccess() })
    const { url } = await telltale.listen({ port: 0 })
    await using client = createTelltaleClient({ url, token: token.ask, backoff: { baseMs: 5, maxMs: 5 } })
    const stream = client.status({ conversationId: 'c' })
    stream.subscribe({})
    await vi.waitFor(() => expect(token.isAsked()).toBe(true))
    await telltale.close({ drainMs: 200 })
    token.give()
    await vi.waitFor(() => expect(client.connection.getSnapshot()).toBe('connecting'))
    expect(telltale.size()).toMatchObject({ connections: 0, readers: 0 })
    expect(stream.store.getSnapshot().integrity).toBe('catching-up')
  })

  it.each(['websocket', 'sse'] as const)(
    'lets nobody in whom the app was still asked about, and they come back: %s',
    async (transport) => {
      const answer = late({ userId: 'ada' })
      await using server = await startServer({ access: { authenticate: answer.ask, authorize: () => true } })
      await using client = createTelltaleClient({
        url: server.url,
        token: () => 'x',
        transport,
        backoff: { baseMs: 5, maxMs: 5 },
      })
      const failures: string[] = []
      client.status({ conversationId: 'c' }).subscribe({ error: ({ code }) => failures.push(code) })
      await vi.waitFor(() => expect(answer.isAsked()).toBe(true))
      await server.telltale.close({ drainMs: 0 })
      answer.give()
      await vi.waitFor(() => expect(client.connection.getSnapshot()).toBe('connecting'))
      expect(server.telltale.size()).toMatchObject({ connections: 0, readers: 0 })
      expect(failures).toEqual([])
    },
  )
})

it('an app that cannot say who somebody is refuses them for now, not for ever', async () => {
  let isAway = true
  await using server = await startServer({
    access: {
      authenticate() {
        if (isAway) throw new Error('the database is away')
        return { userId: 'ada' }
      },
      authorize: () => true,
    },
  })
  await using client = createTelltaleClient({ url: server.url, token: () => 'x', backoff: { baseMs: 5, maxMs: 20 } })
  const stream = client.status({ conversationId: 'c' })
  const failures: string[] = []
  stream.subscribe({ error: ({ code }) => failures.push(code) })
  await vi.waitFor(() => expect(server.urls.length).toBeGreaterThan(1), { timeout: 5_000 })
  expect(failures).toEqual([])
  isAway = false
  await vi.waitFor(() => expect(stream.store.getSnapshot().integrity).toBe('live'), { timeout: 5_000 })
})

it('a page of another origin reaches nothing by plain HTTP with what its browser adds', async () => {
  await using server = await startServer({
    access: {
      authenticate: ({ headers }) => (headers.cookie === 'session=ada' ? { userId: 'ada' } : null),
      authorize: () => true,
    },
    origins: ['https://app.example.com'],
  })
  const input = encodeURIComponent(JSON.stringify({ json: { conversationId: 'c' } }))
  const ask = async (origin: string): Promise<number> => {
    const headers = { origin, cookie: 'session=ada' }
    const response = await fetch(`${server.url.replace('ws', 'http')}/status.subscribe?input=${input}`, { headers })
    await response.body?.cancel()
    return response.status
  }
  expect(await ask('https://evil.example')).toBe(403)
  expect(await ask('null')).toBe(403)
  expect(await ask('https://app.example.com')).toBe(200)
})
