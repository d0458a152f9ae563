import { describe, expect, it, vi } from 'vitest'
import { openLabWith } from './lab/lab.ts'
import type { Saying } from './lab/lab-server.ts'
import { startRemoteServer } from './lab/remote-server.ts'

/** 50,000 updates, a thousand at a time and then many more than the queue holds in one turn. */
const turns = [...Array.from({ length: 20 }, () => 1_000), 15_000, 15_000]

function toSaying(n: number): Saying {
  const category = n % 100 === 0 ? 'error' : n % 3 ? 'info' : 'tool'
  return { conversationId: 'flooded', category, text: `update ${n}` }
}

describe('F10: a producer floods', () => {
  it('the queue keeps its limit, what is shed is told, and another conversation goes on (50,000 updates in about a second)', async () => {
    await using lab = await openLabWith((recorded) => startRemoteServer({}, recorded))
    const flooded = lab.read(lab.client(), 'flooded')
    const stock = lab.readStock(lab.stock(), 'flooded', { categories: ['tool', 'error'] })
    const calm = lab.read(lab.client(), 'calm')
    await lab.ready()
    const quiet = await probe(30)
    let said = 0
    const flood = (): void => {
      for (const count of turns) lab.sayAll(Array.from({ length: count }, () => toSaying(++said)))
    }
    // Once before: what the engine's heap takes for such traffic is not held.
    flood()
    await lab.server.flush()
    const before = await lab.server.measureCollected()
    flood()
    const noisy = await probe(30)
    await lab.server.flush()
    const after = await lab.server.measureCollected()
    const { broken, tallies } = await lab.conclude({ withinMs: 10_000 })
    expect(broken).toEqual([])
    expect(after.queuedMax).toBeLessThanOrEqual(10_000)
    expect(after.shed).toBeGreaterThan(1_000)
    expect(flooded.gaps.length).toBeGreaterThan(0)
    expect(tallies.get(stock.facts.name)?.gaps).toBeGreaterThan(0)
    expect(after.rss - before.rss).toBeLessThan(50_000_000)
    // The flood itself is one long turn or two; after it the others are served as before.
    expect(noisy).toBeLessThan(Math.max(quiet * 2, 100))

    /** How long an update of the calm conversation takes in the middle, in milliseconds. */
    async function probe(count: number): Promise<number> {
      const took: number[] = []
      for (let n = 0; n < count; n++) {
        const [had, startedAt] = [calm.updates, performance.now()]
        lab.say('calm', 'info', `probe ${n}`)
        await vi.waitFor(() => expect(calm.updates).toBeGreaterThan(had), { timeout: 5_000, interval: 1 })
        took.push(performance.now() - startedAt)
      }
      return took.sort((a, b) => a - b)[Math.floor(count / 2)] ?? 0
    }
  })
})
