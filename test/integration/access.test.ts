import { createTelltaleClient } from '@telltale/client'
import { type Access, createTelltale, publicAccess, type TelemetryEvents } from '@telltale/server'
import { describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'

const patience = { timeout: 10_000, interval: 5 }

/** The status of a refused upgrade, or 101. */
function knock(url: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { headers })
    socket.once('open', () => {
      socket.terminate()
      resolve(101)
    })
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
    socket.once('error', reject)
  })
}

function open(access: Partial<Access>, limits = {}) {
  const denied: TelemetryEvents['access.denied'][] = []
  const telltale = createTelltale({
    access: { ...publicAccess(), ...access },
    limits: { accessTimeoutMs: 50, ...limits },
    telemetry: (name, event) => {
      if (name === 'access.denied') denied.push(event as TelemetryEvents['access.denied'])
    },
  })
  return { telltale, denied }
}

describe('access', () => {
  it('refuses at the upgrade whom authenticate does not know, and for now whom it throws at or forgets', async () => {
    const { telltale, denied } = open({
      authenticate: ({ headers }) => {
        if (headers['x-user'] === 'thrown') throw new Error('database password is hunter2')
        if (headers['x-user'] === 'forgotten') return new Promise(() => undefined)
        return headers['x-user'] === 'ann' ? { userId: 'ann' } : null
      },
    })
    const { url } = await telltale.listen({ port: 0, host: '127.0.0.1' })
    const statuses = []
    for (const user of ['ann', 'stranger', 'thrown', 'forgotten']) statuses.push(await knock(url, { 'x-user': user }))
    expect(statuses).toEqual([101, 401, 503, 503])
    expect(denied.map(({ reason }) => reason)).toEqual(['refused', 'threw', 'timeout'])
    await telltale.close()
  })

  it('takes a token as the first message, and lets nobody without one do anything', async () => {
    const { telltale } = open({ authenticate: ({ token }) => (token === 'secret' ? { userId: 'ann' } : null) })
    const { url } = await telltale.listen({ port: 0, host: '127.0.0.1' })
    const known = createTelltaleClient({ url, token: () => 'secret' })
    expect(await known.categories()).toHaveLength(6)
    const stranger = createTelltaleClient({ url, token: async () => 'wrong' })
    await expect(stranger.categories()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await known.close()
    await stranger.close()
    await telltale.close()
  })

  it('denies like not-found, for each action, and records each denial once', async () => {
    const { telltale, denied } = open({ authorize: (_identity, action) => action === 'publish' })
    const caller = telltale.createCaller({ userId: 'ann' })
    expect(await caller.status.publish({ conversationId: 'c', category: 'info', text: 't' })).toHaveProperty('id')
    for (const call of [
      () => caller.status.history({ conversationId: 'c' }),
      () => caller.status.snapshot({ conversationId: 'c' }),
      () => caller.status.subscribe({ conversationId: 'c' }),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'no such conversation' })
    }
    expect(denied.map(({ action, userId }) => [action, userId])).toEqual([
      ['history', 'ann'],
      ['history', 'ann'],
      ['subscribe', 'ann'],
    ])
    await telltale.close()
  })

  it('takes nothing but true from authorize', async () => {
    const { telltale } = open({ authorize: () => 'yes' as never })
    const publish = telltale
      .createCaller({ userId: 'a' })
      .status.publish({ conversationId: 'c', category: 'info', text: 't' })
    await expect(publish).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await telltale.close()
  })

  it('counts sockets by user and by address, and refuses more with 429', async () => {
    const { telltale } = open(
      { authenticate: ({ headers }) => ({ userId: String(headers['x-user']) }) },
      { socketsPerUser: 2 },
    )
    const { url } = await telltale.listen({ port: 0, host: '127.0.0.1' })
    const held = [1, 2].map(() => new WebSocket(url, { headers: { 'x-user': 'ann' } }))
    await vi.waitFor(() => expect(telltale.size().connections).toBe(2), patience)
    expect(await knock(url, { 'x-user': 'ann' })).toBe(429)
    expect(await knock(url, { 'x-user': 'bob' })).toBe(101)
    held[0]?.terminate()
    await vi.waitFor(() => expect(telltale.size().connections).toBe(1), patience)
    expect(await knock(url, { 'x-user': 'ann' })).toBe(101)
    held[1]?.terminate()
    await telltale.close()
  })

  it('hangs up on one who connects and does not say who it is', async () => {
    const { telltale } = open({}, { firstMessageTimeoutMs: 30 })
    const { url } = await telltale.listen({ port: 0, host: '127.0.0.1' })
    const socket = new WebSocket(`${url}?connectionParams=1`)
    expect(await new Promise((resolve) => socket.once('close', resolve))).toBe(4408)
    await telltale.close()
  })

  it('does not open to others without being asked to', async () => {
    const telltale = createTelltale()
    await expect(telltale.listen({ port: 0, host: '0.0.0.0' })).rejects.toMatchObject({ code: 'INVALID_OPTION' })
    await telltale.close()
  })
})
