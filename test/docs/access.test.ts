import { createTelltaleClient } from '@telltale/client'
import { createTelltale, publicAccess, type Telltale } from '@telltale/server'
import { expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { createAudit } from './access-audit.ts'
import { createServer as createCookieServer } from './access-cookie.ts'
import { createServer } from './access-jwt.ts'
import { signToken } from './access-sign.ts'
import { remove } from './access-take-back.ts'

const poll = { interval: 5, timeout: 10_000 }
const secret = 'a secret for the tests of the guides'
const listen = (telltale: Telltale) => telltale.listen({ port: 0, host: '127.0.0.1' })

it('the guide’s tokens let in those they were signed for, where they say, and nobody else', async () => {
  await using telltale = createServer(secret)
  const { url } = await listen(telltale)
  await using ada = createTelltaleClient({ url, token: () => signToken(secret, 'ada', ['c1', 'team:*']) })
  for (const conversationId of ['c1', 'team:7']) {
    expect(await ada.snapshot({ conversationId })).toHaveProperty('position')
  }
  const update = { conversationId: 'c1', category: 'info', text: 'x' } as const
  await expect(ada.snapshot({ conversationId: 'c2' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(ada.publish(update)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await using other = createTelltaleClient({ url, token: () => signToken(`${secret}!`, 'ada', ['c1']) })
  await expect(other.snapshot({ conversationId: 'c1' })).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
})

it('the guide’s cookies let in their users, and no page of another site', async () => {
  const members = new Set(['ada c1'])
  await using telltale = createCookieServer({
    session: async (id) => (id === 's1' ? { userId: 'ada', endsAt: new Date(Date.now() + 60_000) } : null),
    isMember: async (userId, conversationId) => members.has(`${userId} ${conversationId}`),
  })
  const { url } = await listen(telltale)
  const from = (headers: Record<string, string>) =>
    class extends WebSocket {
      constructor(address: string | URL) {
        super(address, { headers })
      }
    } as unknown as typeof globalThis.WebSocket
  const connect = (headers: Record<string, string>) =>
    createTelltaleClient({ url, transport: 'websocket', WebSocket: from(headers), requestTimeoutMs: 500 })
  await using ada = connect({ cookie: 'theme=dark; session=s1', origin: 'https://app.example.com' })
  const errors: string[] = []
  ada.status({ conversationId: 'c1' }).subscribe({ error: ({ code }) => errors.push(code) })
  await expect.poll(() => telltale.size().readers, poll).toBe(1)
  await using evil = connect({ cookie: 'session=s1', origin: 'https://app.example.com.evil.com' })
  await using nobody = connect({ cookie: 'session=s2', origin: 'https://app.example.com' })
  for (const client of [evil, nobody]) await expect(client.snapshot({ conversationId: 'c1' })).rejects.toThrow()
  expect(telltale.size().connections).toBe(1)
  const store = { remove: async (userId: string, id: string) => void members.delete(`${userId} ${id}`) }
  expect(await remove(telltale, store, 'ada', 'c1')).toBe('1 streams ended')
  await expect.poll(() => errors, poll).toEqual(['NOT_FOUND'])
})

it('the guide’s audit record says who was denied what, and why', async () => {
  const lines: string[] = []
  const telltale = createTelltale({
    access: { ...publicAccess(), authorize: () => false },
    telemetry: createAudit((line) => lines.push(line)),
  })
  const caller = telltale.createCaller({ userId: 'ada' })
  await expect(caller.status.history({ conversationId: 'c1' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(lines).toEqual([
    '{"audit":"denied","action":"history","reason":"refused","userId":"ada","conversationId":"c1"}',
  ])
  await telltale.close()
})
