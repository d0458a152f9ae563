import type { Credentials, Identity } from '@telltale/server'
import { describe, expect, it, vi } from 'vitest'
import { openLab } from './lab/lab.ts'

const lifeMs = 4_000
const conversations = ['c1', 'c2', 'c3', 'c4']

describe('F33: all tokens end in the same second', () => {
  it('clients refresh at different moments before: no gap and no new connection (20 clients, tokens of 4 s, two lives)', async () => {
    const asked: number[] = []
    await using lab = await openLab({
      telltale: {
        access: {
          authenticate: (credentials) => {
            asked.push(performance.now())
            return identityOf(credentials)
          },
          authorize: () => true,
        },
      },
    })
    const token = (): string => tokenOf(Math.ceil(Date.now() / 1_000) * 1_000)
    for (let n = 0; n < 20; n++) lab.read(lab.client({ token }), conversations[n % 4] ?? 'c1')
    await lab.ready()
    expect(asked.length).toBe(20)
    const load = lab.load({ perSecond: 200, conversations })
    await vi.waitFor(() => expect(asked.length).toBe(60), { timeout: 12_000 })
    const storm = asked.slice(20, 40)
    expect(Math.max(...storm) - Math.min(...storm)).toBeGreaterThan(100)
    // Every one of the first tokens has ended by now.
    await vi.waitFor(() => expect(load.said).toBeGreaterThan((200 * (lifeMs + 1_500)) / 1_000), { timeout: 12_000 })
    const { broken } = await lab.conclude({ withinMs: 2_000 })
    expect(broken).toEqual([])
    expect(lab.proxy.connections).toBe(20)
  })

  it('clients that cannot refresh are closed in five seconds and come back with another: no gap (10 clients, lives of 1.5 s)', async () => {
    let lives = 0
    await using lab = await openLab({
      telltale: {
        access: {
          authenticate: () => ({ userId: `user ${++lives}`, expiresAt: Date.now() + 1_500 }),
          authorize: () => true,
        },
      },
    })
    for (let n = 0; n < 10; n++) lab.read(lab.client({ token: () => 'opaque' }), conversations[n % 4] ?? 'c1')
    await lab.ready()
    const begin = performance.now()
    lab.load({ perSecond: 200, conversations })
    await vi.waitFor(() => expect(lab.proxy.connections).toBeGreaterThanOrEqual(20), { timeout: 6_500 })
    expect(performance.now() - begin).toBeLessThan(6_500)
    const { broken, tallies } = await lab.conclude({ withinMs: 3_000 })
    expect(broken).toEqual([])
    for (const { facts } of lab.readers) expect(tallies.get(facts.name)?.gaps).toBe(0)
  })
})

/** What a client reads of a token; the signature is the server's concern, and this one's does not care. */
function tokenOf(issuedAtMs: number): string {
  const claims = { sub: 'user', iat: issuedAtMs / 1_000, exp: (issuedAtMs + lifeMs) / 1_000 }
  return `head.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`
}

function identityOf({ token }: Credentials): Identity {
  const claims = JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString()) as { exp: number }
  return { userId: 'user', expiresAt: claims.exp * 1_000 }
}
