import { createTelltaleClient } from '@telltale/client'
import { describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { startProducer } from '../support/producer.ts'

/** `FAULT_BYTES=1e9` publishes the whole gigabyte. */
const bytes = Number(process.env['FAULT_BYTES'] ?? 60e6)
const padding = 4_000
const step = 250
const rounds = 10
/** Steps that a 99th percentile is taken of. */
const perSample = 6
const stepsPerRound = Math.max(1, Math.round(bytes / rounds / (step * padding)))
const patience = { timeout: 60_000, interval: 2 }

/** Subscribes and then never reads again. */
async function openDeafReader(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url)
  await new Promise((resolve) => socket.once('open', resolve))
  const input = { conversationId: 'with', from: 'live' }
  socket.send(JSON.stringify({ id: 1, method: 'subscription', params: { path: 'status.subscribe', input } }))
  await new Promise((resolve) => socket.once('message', resolve))
  socket.pause()
  return socket
}

/** A reader who notes how long each update took to come, in milliseconds. */
function openReader(url: string, conversationId: string) {
  const client = createTelltaleClient({ url })
  const reader = { updates: 0, gaps: 0, took: [] as number[], close: () => client.close() }
  client.status({ conversationId, from: 'live' }).subscribe({
    update({ timestamp }) {
      reader.updates++
      reader.took.push(Date.now() - Date.parse(timestamp))
    },
    gap: () => reader.gaps++,
  })
  return reader
}

const at = (sorted: readonly number[], part: number): number => sorted[Math.floor((sorted.length - 1) * part)] ?? 0
const ordered = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b)

describe('a reader that never reads', () => {
  it(`costs less than 20 MB while ${bytes / 1e6} MB go to its conversation, and the others read as fast as without it`, async () => {
    const producer = await startProducer()
    const readers = { with: openOthers('with'), without: openOthers('without') }
    await vi.waitFor(async () => expect((await producer.measure()).size.readers).toBe(6), patience)
    const said = { with: 0, without: 0 }
    const deaf: WebSocket[] = []
    let isDeafThere = false
    const p99s = { with: [] as number[], without: [] as number[] }
    // As much without the deaf reader first: what the engine's heap takes for the traffic itself is not its doing.
    await speak('with')
    for (let round = 0; round < rounds / 2; round++) await speak('without')
    const before = await producer.measure()
    p99s.with = []
    p99s.without = []
    isDeafThere = true
    for (let round = 0; round < rounds; round++) {
      await speak('with')
      await speak('without')
    }
    const after = await producer.measure()
    const medians = { with: at(ordered(p99s.with), 0.5), without: at(ordered(p99s.without), 0.5) }
    console.table({
      'rss grew by, MB': (after.rss - before.rss) / 1e6,
      'heap grew by, MB': (after.heapUsed - before.heapUsed) / 1e6,
      'p99 with, ms': medians.with,
      'p99 without, ms': medians.without,
      'deaf readers, one after the other': deaf.length,
    })
    expect(after.heapUsed - before.heapUsed).toBeLessThan(20_000_000)
    expect(after.rss - before.rss).toBeLessThan(20_000_000)
    // A timestamp has whole milliseconds; a few are the clock's own.
    expect(medians.with).toBeLessThan(medians.without * 1.5 + 5)
    for (const [name, of] of Object.entries(readers)) {
      for (const one of of) expect([name, one.updates, one.gaps]).toEqual([name, said[name as keyof typeof said], 0])
    }
    for (const socket of deaf) socket.terminate()
    await Promise.all([...readers.with, ...readers.without].map((one) => one.close()))
    await producer.close()

    function openOthers(conversationId: string) {
      return Array.from({ length: 3 }, () => openReader(producer.url, conversationId))
    }

    async function speak(conversationId: 'with' | 'without'): Promise<void> {
      const of = readers[conversationId]
      // For the time that updates take a few steps are enough.
      const steps = conversationId === 'with' ? stepsPerRound : Math.min(stepsPerRound, perSample)
      for (let n = 0; n < steps; n++) {
        const readers = n % 5 === 0 ? (await producer.measure()).size.readers : 7
        // The server hangs up on it after a while: then another comes.
        if (isDeafThere && conversationId === 'with' && readers < 7) deaf.push(await openDeafReader(producer.url))
        await producer.say({ conversationId, count: step, from: said[conversationId], padding, yieldEvery: 25 })
        said[conversationId] += step
        await vi.waitFor(() => expect(Math.min(...of.map((one) => one.updates))).toBe(said[conversationId]), patience)
        if ((n + 1) % perSample > 0) continue
        p99s[conversationId].push(at(ordered(of.flatMap((one) => one.took.splice(0))), 0.99))
      }
    }
  }, 900_000)
})
