import { createTelltaleClient } from '@telltale/client'
import { jwtAccess } from '@telltale/server'
import { SignJWT } from 'jose'
import { expect, it, vi } from 'vitest'
import { startServer } from '../support/live-server.ts'

const secret = 'a secret of more than thirty-two bytes'
const sign = (userId: string) =>
  new SignJWT({ conversations: ['c'] })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setIssuedAt()
    .setExpirationTime('10m')
    .sign(new TextEncoder().encode(secret))

it.each(['websocket', 'sse'] as const)(
  'one whose connections were ended comes back with a token of the same second, and misses nothing: %s',
  async (transport) => {
    await using server = await startServer({ access: jwtAccess({ secret }) })
    await using ada = createTelltaleClient({ url: server.url, token: () => sign('ada'), transport })
    const texts: string[] = []
    const failures: string[] = []
    const stream = ada.status({ conversationId: 'c' })
    stream.subscribe({ update: ({ text }) => texts.push(text), error: ({ code }) => failures.push(code) })
    await vi.waitFor(() => expect(stream.store.getSnapshot().integrity).toBe('live'))
    expect(server.telltale.disconnect({ userId: 'ada' })).toEqual({ connections: 1 })
    server.telltale.status.info('c', 'meanwhile')
    await vi.waitFor(() => expect(texts).toEqual(['meanwhile']), { timeout: 12_000 })
    expect(failures).toEqual([])
  },
)

it('one who is refused for longer than that gives up', async () => {
  let isBanned = false
  await using server = await startServer({
    access: { authenticate: () => (isBanned ? null : { userId: 'eve' }), authorize: () => true },
  })
  await using eve = createTelltaleClient({ url: server.url, token: () => 'x', transport: 'websocket' })
  const failures: string[] = []
  eve.status({ conversationId: 'c' }).subscribe({ error: ({ code }) => failures.push(code) })
  await vi.waitFor(() => expect(server.telltale.size().readers).toBe(1))
  isBanned = true
  server.telltale.disconnect({ userId: 'eve' })
  await vi.waitFor(() => expect(failures).toEqual(['UNAUTHORIZED']), { timeout: 20_000 })
  expect(server.urls.length).toBeLessThanOrEqual(8)
})
