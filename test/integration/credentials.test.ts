import { createTelltaleClient } from '@telltale/client'
import { jwtAccess } from '@telltale/server'
import { SignJWT } from 'jose'
import { describe, expect, it, vi } from 'vitest'
import { startServer } from '../support/live-server.ts'

const secret = 'a secret of more than thirty-two bytes'
const sign = (userId: string, claims: Record<string, unknown> = {}, lifetimeSeconds = 600, issuedAt = Date.now()) =>
  new SignJWT({ conversations: ['c1', 'team:*'], ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setIssuedAt(Math.floor(issuedAt / 1_000))
    .setExpirationTime(Math.floor(issuedAt / 1_000) + lifetimeSeconds)
    .sign(new TextEncoder().encode(secret))

const startSecured = () => startServer({ access: jwtAccess({ secret, clockToleranceSeconds: 0 }) })

describe('credentials of an open connection', () => {
  it('let nobody in without a token, and nobody where the token does not say', async () => {
    await using server = await startSecured()
    await using stranger = createTelltaleClient({ url: server.url })
    await expect(stranger.snapshot({ conversationId: 'c1' })).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await using ada = createTelltaleClient({ url: server.url, token: () => sign('ada') })
    await expect(ada.snapshot({ conversationId: 'c1' })).resolves.toMatchObject({ position: expect.any(String) })
    await expect(ada.snapshot({ conversationId: 'c2' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(ada.publish({ conversationId: 'c1', category: 'info', text: 'x' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  it('are taken back in one conversation at once, and the rest goes on', async () => {
    await using server = await startSecured()
    await using ada = createTelltaleClient({ url: server.url, token: () => sign('ada', {}, 600, Date.now() - 2_000) })
    const errors: string[] = []
    const texts: string[] = []
    ada.status({ conversationId: 'c1' }).subscribe({
      update: ({ text }) => texts.push(text),
      error: ({ code }) => errors.push(code),
    })
    ada.status({ conversationId: 'team:1' }).subscribe({ update: ({ text }) => texts.push(text) })
    await vi.waitFor(() => expect(server.telltale.size().readers).toBe(2))
    expect(server.telltale.revoke({ userId: 'ada', conversationId: 'c1' })).toEqual({ streams: 1 })
    server.telltale.status.info('c1', 'secret')
    server.telltale.status.info('team:1', 'open')
    await vi.waitFor(() => expect(texts).toEqual(['open']))
    await vi.waitFor(() => expect(errors).toEqual(['NOT_FOUND']))
    await expect(ada.snapshot({ conversationId: 'c1' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(server.telltale.size().readers).toBe(1)
  })
})

describe('a token with an end', () => {
  it('is refreshed in band before that: nobody sees anything, and no connection is made anew', async () => {
    await using server = await startSecured()
    let fetched = 0
    await using ada = createTelltaleClient({
      url: server.url,
      token: () => {
        fetched++
        return sign('ada', {}, 4)
      },
    })
    const states: string[] = []
    const texts: string[] = []
    ada.connection.subscribe(() => states.push(ada.connection.getSnapshot()))
    ada.status({ conversationId: 'c1' }).subscribe({ update: ({ text }) => texts.push(text) })
    await vi.waitFor(() => expect(fetched).toBeGreaterThanOrEqual(3), { timeout: 15_000 })
    server.telltale.status.info('c1', 'still here')
    await vi.waitFor(() => expect(texts).toEqual(['still here']))
    expect(states).toEqual(['connecting', 'open'])
    expect(server.urls).toHaveLength(1)
  })

  it.each(['websocket', 'sse'] as const)(
    'that is not refreshed closes the connection within 5 seconds, and one who has another comes back: %s',
    async (transport) => {
      await using server = await startSecured()
      let fetched = 0
      const token = async (): Promise<string> => {
        // Every other one fails: there is nothing to refresh with, only something to come back with.
        if (++fetched % 2 === 0) throw new Error('no token now')
        return sign('ada', {}, 2)
      }
      await using ada = createTelltaleClient({
        url: server.url,
        token,
        transport,
        backoff: { baseMs: 10, maxMs: 50 },
      })
      const texts: string[] = []
      const gaps: unknown[] = []
      const stream = ada.status({ conversationId: 'c1' })
      stream.subscribe({ update: ({ text }) => texts.push(text), gap: (gap) => gaps.push(gap) })
      await vi.waitFor(() => expect(stream.store.getSnapshot().integrity).toBe('live'))
      const { opened } = server
      await vi.waitFor(() => expect(server.opened).toBeGreaterThan(opened), { timeout: 7_000, interval: 20 })
      server.telltale.status.info('c1', 'again')
      await vi.waitFor(() => expect(texts).toEqual(['again']))
      expect(gaps).toEqual([])
    },
  )
})
