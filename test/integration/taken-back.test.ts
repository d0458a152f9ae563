import { createTelltaleClient, type TelltaleClient } from '@telltale/client'
import { type Access, type Identity, jwtAccess, publicAccess, type Telltale } from '@telltale/server'
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client'
import { SignJWT } from 'jose'
import superjson from 'superjson'
import { describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { startServer } from '../support/live-server.ts'
import { record } from '../support/stock-client.ts'

const secret = 'a secret of more than thirty-two bytes'
const patience = { timeout: 5_000, interval: 5 }

/** Signs a token; its time has its fraction, so that the order of things in one second is known. */
function sign(userId: string, claims: Record<string, unknown> = {}, issuedAtMs = Date.now()): Promise<string> {
  return new SignJWT({ conversations: ['*'], ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setIssuedAt(issuedAtMs / 1_000)
    .setExpirationTime(issuedAtMs / 1_000 + 600)
    .sign(new TextEncoder().encode(secret))
}

/** What a client hears of a conversation. */
function follow(client: TelltaleClient, conversationId: string) {
  const texts: string[] = []
  const errors: string[] = []
  const gaps: unknown[] = []
  const stream = client.status({ conversationId })
  stream.subscribe({
    update: ({ text }) => texts.push(text),
    error: ({ code }) => errors.push(code),
    gap: (gap) => gaps.push(gap),
  })
  const live = () => vi.waitFor(() => expect(stream.store.getSnapshot().integrity).toBe('live'), patience)
  return { texts, errors, gaps, live }
}

describe('a user who is disconnected', () => {
  it('comes back with another token, where the app gives one, and has missed nothing', async () => {
    await using server = await startServer({ access: jwtAccess({ secret }) })
    await using ada = createTelltaleClient({
      url: server.url,
      token: () => sign('ada'),
      backoff: { baseMs: 10, maxMs: 20 },
    })
    await using bob = createTelltaleClient({ url: server.url, token: () => sign('bob') })
    const [hers, his] = [follow(ada, 'c1'), follow(bob, 'c1')]
    await hers.live()
    await his.live()
    const before = performance.now()
    expect(server.telltale.disconnect({ userId: 'ada' })).toEqual({ connections: 1 })
    await vi.waitFor(() => expect(ada.connection.getSnapshot()).toBe('connecting'), patience)
    expect(performance.now() - before).toBeLessThan(2_000)
    server.telltale.status.info('c1', 'meanwhile')
    await vi.waitFor(() => expect(hers.texts).toEqual(['meanwhile']), patience)
    expect([hers.errors, hers.gaps]).toEqual([[], []])
    expect(his.texts).toEqual(['meanwhile'])
    expect(server.urls).toHaveLength(3)
  })
})

describe('what is revoked', () => {
  it('is given again by a token from after that, and by none from before', async () => {
    await using server = await startServer({ access: jwtAccess({ secret }) })
    const old = await sign('ada', {}, Date.now() - 1)
    expect(server.telltale.revoke({ userId: 'ada', conversationId: 'c1' })).toEqual({ streams: 0 })
    await using before = createTelltaleClient({ url: server.url, token: () => old })
    await expect(before.snapshot({ conversationId: 'c1' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(before.snapshot({ conversationId: 'c2' })).resolves.toHaveProperty('position')
    await using after = createTelltaleClient({ url: server.url, token: () => sign('ada') })
    await expect(after.snapshot({ conversationId: 'c1' })).resolves.toHaveProperty('position')
  })

  it('while the app is still being asked is not let in by the answer', async () => {
    let answer: (isAllowed: boolean) => void = () => undefined
    const asked = Promise.withResolvers<void>()
    const access: Access = {
      authenticate: () => ({ userId: 'ada' }),
      authorize() {
        asked.resolve()
        return new Promise((resolve) => {
          answer = resolve
        })
      },
    }
    await using server = await startServer({ access })
    await using ada = createTelltaleClient({ url: server.url })
    const { texts, errors } = follow(ada, 'c1')
    await asked.promise
    server.telltale.revoke({ userId: 'ada', conversationId: 'c1' })
    answer(true)
    await vi.waitFor(() => expect(errors).toEqual(['NOT_FOUND']), patience)
    server.telltale.status.info('c1', 'secret')
    await server.telltale.flush()
    expect([texts, server.telltale.size().readers]).toEqual([[], 0])
  })

  it('with hooks of one’s own stays so when the hook’s answer was changed first', async () => {
    const members = new Set(['ada'])
    await using server = await startServer({
      access: {
        authenticate: () => ({ userId: 'ada' }),
        authorize: ({ userId }) => members.has(userId),
      },
    })
    await using ada = createTelltaleClient({ url: server.url })
    const { errors, live } = follow(ada, 'c1')
    await live()
    members.delete('ada')
    expect(server.telltale.revoke({ userId: 'ada', conversationId: 'c1' })).toEqual({ streams: 1 })
    await vi.waitFor(() => expect(errors).toEqual(['NOT_FOUND']), patience)
    await expect(ada.snapshot({ conversationId: 'c1' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('an open connection that is refreshed', () => {
  const begin = async () => {
    const server = await startServer({ access: jwtAccess({ secret }) })
    const token = await sign('ada', { conversations: ['c1', 'c2'] })
    const socket = createWSClient({ url: server.url, WebSocket: WebSocket as never, connectionParams: { token } })
    const trpc = createTRPCClient<Telltale['router']>({ links: [wsLink({ client: socket, transformer: superjson })] })
    const client = { trpc, socket, close: () => socket.close() }
    return { server, client }
  }

  it('with less ends at once what the new token does not allow, and goes on with the rest', async () => {
    const { server, client } = await begin()
    const [lost, kept] = ['c1', 'c2'].map((conversationId) => record(client, { conversationId, from: 'live' }))
    await vi.waitFor(() => expect(server.telltale.size().readers).toBe(2), patience)
    const token = await sign('ada', { conversations: ['c2'] })
    const { expiresAt } = await client.trpc.auth.refresh.mutate({ token })
    expect(Date.parse(expiresAt ?? '')).toBeGreaterThan(Date.now() + 590_000)
    expect(server.telltale.size().readers).toBe(1)
    server.telltale.status.info('c1', 'secret')
    server.telltale.status.info('c2', 'open')
    await vi.waitFor(() => expect(kept?.updates.map(({ text }) => text)).toEqual(['open']), patience)
    await vi.waitFor(() => expect(lost?.errors).toMatchObject([{ data: { code: 'NOT_FOUND' } }]), patience)
    expect(lost?.updates).toEqual([])
    await client.close()
    await server[Symbol.asyncDispose]()
  })

  it('with another user’s token, or none that counts, is refused and stays as it was', async () => {
    const { server, client } = await begin()
    for (const token of [await sign('bob'), 'nonsense']) {
      const refused = client.trpc.auth.refresh.mutate({ token })
      await expect(refused).rejects.toMatchObject({ data: { code: 'UNAUTHORIZED' } })
    }
    await expect(client.trpc.status.snapshot.query({ conversationId: 'c1' })).resolves.toHaveProperty('position')
    expect(server.urls).toHaveLength(1)
    await client.close()
    await server[Symbol.asyncDispose]()
  })
})

describe('credentials without a time of issue', () => {
  it('are refused nothing by what was taken back before: the app says whether they count', async () => {
    const identity: Identity = { userId: 'ada' }
    await using server = await startServer({ access: { ...publicAccess(), authenticate: () => identity } })
    await using ada = createTelltaleClient({ url: server.url, backoff: { baseMs: 10, maxMs: 20 } })
    const { texts, live } = follow(ada, 'c1')
    await live()
    server.telltale.disconnect({ userId: 'ada' })
    server.telltale.revoke({ userId: 'ada', conversationId: 'c1' })
    await vi.waitFor(() => expect(server.urls).toHaveLength(2), patience)
    await live()
    server.telltale.status.info('c1', 'again')
    await vi.waitFor(() => expect(texts).toEqual(['again']), patience)
  })
})

describe('a producer whose access is taken back', () => {
  it('leaves no span behind that goes on saying that it runs', async () => {
    let mayPublish = true
    await using server = await startServer({
      access: {
        authenticate: ({ token }) => ({ userId: token ?? 'nobody' }),
        authorize: (_identity, action) => action !== 'publish' || mayPublish,
      },
    })
    await using worker = createTelltaleClient({ url: server.url, token: () => 'worker' })
    await using reader = createTelltaleClient({ url: server.url, token: () => 'reader' })
    const stream = reader.status({ conversationId: 'c1' })
    stream.subscribe({})
    await vi.waitFor(() => expect(stream.store.getSnapshot().integrity).toBe('live'), patience)
    const startedAt = new Date().toISOString()
    const span = { id: 'work', name: 'Searching', state: 'running', startedAt } as const
    await worker.publish({ conversationId: 'c1', category: 'tool', text: 'Searching', span })
    await vi.waitFor(() => expect(stream.spans[0]?.state).toBe('running'), patience)
    mayPublish = false
    server.telltale.revoke({ userId: 'worker', conversationId: 'c1' })
    await vi.waitFor(() => expect(stream.spans[0]?.state).toBe('lost'), patience)
    expect(stream.spans[0]?.reason).toBe('what its producer may do was taken back')
    expect(server.telltale.size().openSpans).toBe(0)
    const end = { ...span, state: 'succeeded' } as const
    const ended = worker.publish({ conversationId: 'c1', category: 'tool', text: 'Found', span: end })
    await expect(ended).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
