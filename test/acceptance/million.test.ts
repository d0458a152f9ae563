import { createTelltaleClient } from '@telltale/client'
import { describe, expect, it, vi } from 'vitest'
import { startProducer } from '../support/producer.ts'

const million = 1_000_000
/**
 * Two of these fit in front of the high-water mark of a socket: a reader whom a busy machine keeps from reading is not a
 * slow one then, who would be told of a gap.
 */
const part = 2_000
const patience = { timeout: 240_000, interval: 50 }

/** A reader over a real socket that counts and checks the order. */
function readInOrder(url: string) {
  const client = createTelltaleClient({ url })
  const stream = client.status({ conversationId: 'c', from: 'live' })
  const got = { updates: 0, missed: 0, outOfOrder: 0, lastOffset: 0, gaps: 0 }
  stream.subscribe({
    update(update) {
      got.updates++
      if (update.offset <= got.lastOffset) got.outOfOrder++
      got.lastOffset = update.offset
    },
    gap(gap) {
      got.gaps++
      got.missed += gap.missed ?? Number.NaN
    },
  })
  const live = (): Promise<void> =>
    vi.waitFor(() => expect(stream.store.getSnapshot().integrity).toBe('live'), patience)
  return { got, live, close: () => client.close() }
}

describe('a million updates to one reader', () => {
  it('are all delivered in order, nothing shed, memory flat, when the producer yields every 1,000', async () => {
    const producer = await startProducer()
    const reader = readInOrder(producer.url)
    await reader.live()
    const heaps: number[] = []
    for (let from = 0; from < million; from += part) {
      await producer.say({ conversationId: 'c', count: part, from, padding: 60, yieldEvery: 1_000 })
      await vi.waitFor(() => expect(reader.got.lastOffset).toBeGreaterThanOrEqual(from), { ...patience, interval: 1 })
      if (from % 100_000 === 0) heaps.push((await producer.measure()).heapUsed)
    }
    await vi.waitFor(() => expect(reader.got.updates + reader.got.missed).toBe(million), patience)
    expect(reader.got).toMatchObject({ updates: million, missed: 0, gaps: 0, outOfOrder: 0 })
    expect((await producer.measure()).shed).toEqual({})
    // What is held after the first tenth is held after the last: the retention, and not more.
    const [first = 0] = heaps
    expect(Math.max(...heaps) - first).toBeLessThan(16_000_000)
    await reader.close()
    await producer.close()
  }, 300_000)

  it('said in one synchronous loop throw nothing, wait for nothing, and add up: said = delivered + told as missed', async () => {
    const producer = await startProducer()
    const reader = readInOrder(producer.url)
    await reader.live()
    const before = await producer.measure()
    const said = await producer.say({ conversationId: 'c', count: million, from: 0, padding: 60, yieldEvery: 0 })
    await vi.waitFor(() => expect(reader.got.updates + reader.got.missed).toBe(million), patience)
    const after = await producer.measure()
    expect(after.shed).toEqual({ info: 990_000 })
    // Who is kept from reading while the last 10,000 go out is told of a gap for those, too.
    expect(reader.got.missed).toBeGreaterThanOrEqual(990_000)
    expect(reader.got).toMatchObject({ updates: million - reader.got.missed, outOfOrder: 0 })
    // A garbage collection may fall into a call; waiting for anything would take longer.
    expect(said.slowestCallMs).toBeLessThan(1_000)
    expect(after.heapUsed - before.heapUsed).toBeLessThan(32_000_000)
    await reader.close()
    await producer.close()
  }, 300_000)
})
