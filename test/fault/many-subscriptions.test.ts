import { describe, expect, it, vi } from 'vitest'
import { openLab } from './lab/lab.ts'

const conversations = Array.from({ length: 100 }, (_, index) => `c${index}`)

describe('100 subscriptions on one socket', () => {
  it.each(['our client', 'a stock client'])(
    'of %s survive ten drops, all of them, with nothing lost and nothing twice',
    async (kind) => {
      await using lab = await openLab()
      if (kind === 'our client') {
        const client = lab.client()
        for (const conversationId of conversations) lab.read(client, conversationId)
      } else {
        const client = lab.stock()
        for (const conversationId of conversations) lab.readStock(client, conversationId)
      }
      await lab.ready()
      const load = lab.load({ perSecond: 500, conversations })
      for (let turn = 1; turn <= 10; turn++) {
        const { said } = load
        await vi.waitFor(() => expect(load.said).toBeGreaterThan(said + 100), { timeout: 5_000 })
        lab.proxy.reset()
        await vi.waitFor(
          async () => {
            expect((await lab.server.measure()).opened).toBe(100 * (turn + 1))
            expect(lab.server.telltale.size()).toMatchObject({ connections: 1, readers: 100 })
          },
          { timeout: 5_000 },
        )
      }
      const { broken, gaps } = await lab.conclude({ withinMs: 3_000 })
      expect(broken).toEqual([])
      expect(gaps).toBe(0)
    },
  )
})
