import { describe, expect, it, vi } from 'vitest'
import { openLab } from './lab/lab.ts'

const conversations = Array.from({ length: 20 }, (_, index) => `c${index}`)

describe('F8: subscribing while updates come', () => {
  it.each([['snapshot' as const], [{ last: 100 }]])(
    'what is accepted between listening and reading the history comes once, in its place (20 conversations, from %j)',
    async (from) => {
      const during = new Map<string, number>()
      await using lab = await openLab({
        // The history has been read, and does not get here yet.
        afterRead(topic) {
          const conversationId = topic.slice('status:'.length)
          if (during.has(conversationId)) return undefined
          during.set(conversationId, 5)
          return (async () => {
            for (let n = 0; n < 5; n++) lab.say(conversationId, 'info', `during ${n}`)
            await lab.server.flush()
          })()
        },
      })
      for (const conversationId of conversations) {
        for (let n = 0; n < 10; n++) lab.say(conversationId, 'tool', `before ${n}`)
      }
      await lab.server.flush()
      const [ours, stock] = [lab.client(), lab.stock()]
      const begin = from === 'snapshot' ? null : ('origin' as const)
      for (const [index, conversationId] of conversations.entries()) {
        if (index % 2) lab.read(ours, conversationId, { from, begin })
        else lab.readStock(stock, conversationId, { from, begin })
      }
      await vi.waitFor(() => expect(during.size).toBe(20), { timeout: 5_000 })
      // Before anybody says more: the next update would show that some are missing, and have the log read again.
      for (const reader of lab.readers) await vi.waitFor(() => expect(reader.at?.offset).toBe(15))
      const load = lab.load({ perSecond: 500, conversations })
      await vi.waitFor(() => expect(load.said).toBeGreaterThan(300), { timeout: 5_000 })
      const { broken, gaps } = await lab.conclude()
      expect(broken).toEqual([])
      expect(gaps).toBe(0)
    },
  )
})
