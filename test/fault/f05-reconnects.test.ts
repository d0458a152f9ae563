import { describe, expect, it, vi } from 'vitest'
import { openLab } from './lab/lab.ts'

const conversations = Array.from({ length: 32 }, (_, index) => `c${index}`)

describe('F5: one reconnect after the other', () => {
  it.each(['our client', 'a stock client'])(
    '20 resets of %s with 32 subscriptions, half without an update between: all live after each, nothing twice',
    async (kind) => {
      await using lab = await openLab()
      if (kind === 'our client') {
        const client = lab.client({ backoff: { baseMs: 50, maxMs: 200 } })
        for (const conversationId of conversations) lab.read(client, conversationId)
      } else {
        const client = lab.stock()
        for (const conversationId of conversations) lab.readStock(client, conversationId)
      }
      const { server } = lab
      const live = (turn: number) => () =>
        vi.waitFor(
          async () => {
            expect((await server.measure()).opened).toBe(32 * turn)
            expect(server.telltale.size()).toMatchObject({ readers: 32, connections: 1 })
          },
          { timeout: 2_000 },
        )
      await lab.ready()
      await live(1)()
      for (let turn = 1; turn <= 20; turn++) {
        for (const conversationId of turn % 2 ? conversations : []) lab.say(conversationId, 'info', `turn ${turn}`)
        await server.flush()
        lab.proxy.reset()
        await live(turn + 1)()
      }
      const { broken, gaps } = await lab.conclude({ withinMs: 2_000 })
      expect(broken).toEqual([])
      expect(gaps).toBe(0)
    },
  )
})
