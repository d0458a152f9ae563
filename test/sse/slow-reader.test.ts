import { createTelltaleClient } from '@telltale/client'
import { describe, expect, it, vi } from 'vitest'
import { countStream } from '../support/counted-stream.ts'
import { startServer } from '../support/live-server.ts'
import { startProducer } from '../support/producer.ts'
import { openEventStream, openStockStream } from './raw-http.ts'
import { createStockHttpClient, recordHttp } from './stock-http.ts'

const patience = { timeout: 20_000, interval: 5 }
const kinds = { 'by POST': openEventStream, 'as a stock client': openStockStream }
const updates = 30_000
const padding = 2_000 // 30,000 × 2 kB: 60 MB
const step = 250

describe('readers over HTTP that stop reading', () => {
  it('cost the server less than 50 MB together while 60 MB go to their conversation, and others get every update', async () => {
    const producer = await startProducer()
    const port = Number(new URL(producer.url).port)
    const clients = (['websocket', 'sse', 'sse'] as const).map((transport) =>
      createTelltaleClient({ url: producer.url, transport }),
    )
    const readers = clients.map((client) => countStream(client.status({ conversationId: 'c', from: 'live' })))
    const say = async (from: number, until: number): Promise<void> => {
      for (let sent = from; sent < until; sent += step) {
        await producer.say({ conversationId: 'c', count: step, from: sent, padding, yieldEvery: step })
        await vi.waitFor(() => expect(Math.min(...readers.map((reader) => reader.updates))).toBe(sent + step), patience)
      }
    }
    await vi.waitFor(async () => expect((await producer.measure()).size.readers).toBe(3), patience)
    // As much without the deaf readers first: what the traffic itself takes is not their doing.
    await say(0, updates)
    const deaf = [await openEventStream(port), await openStockStream(port)]
    for (const socket of deaf) socket.pause()
    const before = await producer.measure()
    await say(updates, updates * 2)
    const after = await producer.measure()
    expect(after.rss - before.rss).toBeLessThan(50_000_000)
    expect(after.heapUsed - before.heapUsed).toBeLessThan(25_000_000)
    for (const reader of readers) expect(reader).toMatchObject({ updates: updates * 2, gaps: 0, outOfOrder: 0 })
    expect(after.size.readers).toBe(5)
    for (const socket of deaf) socket.destroy()
    await vi.waitFor(async () => expect((await producer.measure()).size.readers).toBe(3), patience)
    await Promise.all(clients.map((client) => client.close()))
    await producer.close()
  }, 300_000)

  it.each(Object.entries(kinds))(
    'are closed when they took nothing for too long, and told what they missed: %s',
    async (_kind, open) => {
      await using server = await startServer({ limits: { stuckAfterMs: 300, pingIntervalMs: 100 } })
      const { telltale, url } = server
      const first = recordHttp(createStockHttpClient(url), { conversationId: 'c', from: 'live' })
      await expect.poll(() => first.frames.length, patience).toBe(1)
      telltale.status.info('c', 'before')
      await expect.poll(() => first.updates.length, patience).toBe(1)
      const lastEventId = first.frames.at(-1)?.id ?? ''
      first.stop()
      await expect.poll(() => telltale.size().connections, patience).toBe(0)
      const stuck = await open(Number(new URL(url).port))
      stuck.pause()
      let said = 0
      const sayMore = (): number => {
        for (let index = 0; index < 25; index++) telltale.status.info('c', `${++said}`, { pad: 'x'.repeat(4_000) })
        return telltale.size().connections
      }
      await expect.poll(sayMore, patience).toBe(0)
      await telltale.flush()
      expect(telltale.size().readers).toBe(0)
      const back = recordHttp(createStockHttpClient(url), { conversationId: 'c', lastEventId })
      await expect.poll(() => telltale.size().readers, patience).toBe(1)
      telltale.status.info('c', `${++said}`)
      await expect.poll(() => back.updates.at(-1)?.text, patience).toBe(`${said}`)
      // What is not there any more is announced, with a state that has all of it: what was said before, and since.
      expect(back.gaps).toMatchObject([{ snapshot: { counts: { info: said } } }])
      expect(back.updates).toHaveLength(1)
      expect(back.errors).toEqual([])
      back.stop()
      stuck.destroy()
    },
  )
})
