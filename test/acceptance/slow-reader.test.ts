import { createTelltaleClient } from '@telltale/client'
import { describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { countStream } from '../support/counted-stream.ts'
import { startProducer } from '../support/producer.ts'

const patience = { timeout: 120_000, interval: 5 }
const updates = 30_000
const padding = 2_000 // 30,000 × 2 kB: 60 MB
const step = 250

/** Subscribes and then never reads again. */
async function openDeafReader(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url)
  await new Promise((resolve) => socket.once('open', resolve))
  const input = { conversationId: 'c', from: 'live' }
  socket.send(JSON.stringify({ id: 1, method: 'subscription', params: { path: 'status.subscribe', input } }))
  await new Promise((resolve) => socket.once('message', resolve))
  socket.pause()
  return socket
}

describe('a reader that stops reading', () => {
  it('costs the server less than 50 MB while 60 MB go to its conversation, and ten others get every update', async () => {
    const producer = await startProducer()
    const clients = Array.from({ length: 10 }, () => createTelltaleClient({ url: producer.url }))
    const readers = clients.map((client) => countStream(client.status({ conversationId: 'c', from: 'live' })))
    const say = async (from: number, until: number): Promise<void> => {
      for (let sent = from; sent < until; sent += step) {
        await producer.say({ conversationId: 'c', count: step, from: sent, padding, yieldEvery: step })
        await vi.waitFor(() => expect(Math.min(...readers.map((reader) => reader.updates))).toBe(sent + step), patience)
      }
    }
    await vi.waitFor(async () => expect((await producer.measure()).size.readers).toBe(10), patience)
    // As much without the deaf reader first: what the engine's heap takes for the traffic itself is not its doing.
    await say(0, updates)
    const deaf = await openDeafReader(producer.url)
    const before = await producer.measure()
    await say(updates, updates * 2)
    const after = await producer.measure()
    expect(after.rss - before.rss).toBeLessThan(50_000_000)
    expect(after.heapUsed - before.heapUsed).toBeLessThan(25_000_000)
    for (const reader of readers) expect(reader).toMatchObject({ updates: updates * 2, gaps: 0, outOfOrder: 0 })
    expect(after.size.readers).toBe(11)
    deaf.terminate()
    await Promise.all(clients.map((client) => client.close()))
    await producer.close()
  }, 300_000)
})
