import type { TelltaleClient } from '@telltale/client'
import { describe, expect, it, vi } from 'vitest'
import { openLab } from './lab/lab.ts'

const never = new Promise<boolean>(() => undefined)

describe('F32: an authorizer that is slow, throws, or changes its mind', () => {
  it('denies whenever it does not plainly say yes in time (0.3 s instead of 3 s), and holds up nobody else', async () => {
    let asked = 0
    await using lab = await openLab({
      telltale: {
        limits: { accessTimeoutMs: 300 },
        access: {
          authenticate: () => ({ userId: 'u' }),
          authorize: (_identity, _action, conversationId): boolean | Promise<boolean> => {
            asked++
            if (conversationId === 'throws') throw new Error('out of order')
            if (conversationId === 'rejects') return Promise.reject(new Error('out of order'))
            if (conversationId === 'hangs') return never
            if (conversationId === 'almost') return 'yes' as unknown as boolean
            return conversationId === 'good'
          },
        },
      },
    })
    const denied = ['throws', 'rejects', 'hangs', 'almost', 'other']
    const client: TelltaleClient = lab.client()
    const good = lab.read(client, 'good')
    await lab.ready()
    const refused = denied.map((conversationId) => lab.read(client, conversationId))
    const load = lab.load({ perSecond: 200, conversations: ['good', ...denied] })
    for (const reader of refused) {
      await vi.waitFor(() => expect(reader.steps.map(({ kind }) => kind)).toEqual(['error']), { timeout: 3_000 })
      reader.facts.revokedAtMs = 0
    }
    await vi.waitFor(() => expect(load.said).toBeGreaterThan(200), { timeout: 5_000 })
    expect(good.updates).toBeGreaterThan(10)
    const { broken, tallies } = await lab.conclude({ withinMs: 3_000 })
    expect(broken).toEqual([])
    for (const reader of refused) expect(tallies.get(reader.facts.name)).toMatchObject({ received: 0, gaps: 0 })
    expect(refused.map(({ steps }) => steps[0]?.kind === 'error' && steps[0].code)).toEqual(
      denied.map(() => 'NOT_FOUND'),
    )
    // A denial is an answer: nobody asks again and again.
    expect(asked).toBe(6)
  })

  it('one that changes its mind lets in who asks again, and nothing is lost from then on', async () => {
    let isAllowed = false
    await using lab = await openLab({
      telltale: { access: { authenticate: () => ({ userId: 'u' }), authorize: () => isAllowed } },
    })
    const client = lab.client()
    const refused = lab.read(client, 'c')
    await vi.waitFor(() => expect(refused.steps.length).toBe(1))
    refused.facts.revokedAtMs = 0
    refused.stop()
    isAllowed = true
    lab.say('c', 'info', 'before')
    await lab.server.flush()
    const allowed = lab.read(client, 'c', { from: { last: 10 }, categories: ['info', 'tool'] })
    await vi.waitFor(() => expect(allowed.at).not.toBeNull())
    for (let n = 0; n < 20; n++) lab.say('c', 'info', `after ${n}`)
    const { broken } = await lab.conclude()
    expect(broken).toEqual([])
    expect(allowed.updates).toBe(23)
  })
})
