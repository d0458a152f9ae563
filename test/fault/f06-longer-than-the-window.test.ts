import { describe, expect, it, vi } from 'vitest'
import { openLab } from './lab/lab.ts'

/** The 50 newest instead of 1,000. */
const telltale = { retention: { size: 50 } }

describe('F6: away for longer than the history reaches back', () => {
  it.each(['while another reads', 'while nobody reads'])(
    '%s: one gap with the state to go on from, then live',
    async (how) => {
      await using lab = await openLab({ telltale })
      const client = lab.client({ backoff: { baseMs: 20, maxMs: 100 } })
      const all = lab.read(client, 'c')
      const few = lab.read(client, 'c', { categories: ['tool'] })
      const stock = lab.readStock(lab.stock(), 'c')
      await lab.ready()
      for (let n = 0; n < 100; n++) lab.say('c', n === 0 ? 'tool' : 'info', `before ${n}`)
      await vi.waitFor(() => expect([all.updates, few.updates, stock.updates]).toEqual([100, 1, 100]))
      const ending = new AbortController()
      const inside =
        how === 'while another reads' &&
        drain(lab.server.telltale.subscribe({ conversationId: 'c', signal: ending.signal }))
      lab.proxy.door = 'refuse'
      lab.proxy.reset()
      await vi.waitFor(() => expect(lab.server.telltale.size().connections).toBe(0))
      for (let n = 0; n < 400; n++) {
        lab.say('c', 'info', `while away ${n}`)
        if (n % 100 === 0) await lab.server.flush()
      }
      await lab.server.flush()
      lab.proxy.heal()
      await vi.waitFor(() => expect(lab.server.telltale.size().readers).toBe(inside ? 4 : 3), { timeout: 5_000 })
      for (let n = 0; n < 20; n++) lab.say('c', 'tool', `after ${n}`)
      await vi.waitFor(() => expect(few.updates).toBe(21))
      ending.abort()
      await inside
      const { broken, tallies } = await lab.conclude({ withinMs: 2_000 })
      expect(broken).toEqual([])
      expect(all.gaps.map(({ gap }) => [gap.reason, gap.missed])).toEqual([['expired', null]])
      // Nothing that it wants is gone, so nothing is to be told.
      expect(few.gaps).toEqual([])
      expect(tallies.get(stock.facts.name)).toMatchObject({ covered: 400, gaps: 1 })
    },
  )
})

async function drain(frames: AsyncIterable<unknown>): Promise<void> {
  for await (const frame of frames) void frame
}
