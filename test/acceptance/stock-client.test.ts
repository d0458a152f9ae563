import { defaultContract } from '@telltale/contract'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type FrameProxy, openFrameProxy } from '../support/frame-proxy.ts'
import { type Served, serve } from '../support/serve.ts'
import { createStockClient, record, type TransformerName, transformers } from '../support/stock-client.ts'

const patience = { timeout: 30_000, interval: 5 }
const categories = defaultContract.names as ('engine' | 'tool' | 'workflow' | 'progress' | 'error' | 'info')[]

let server: Served
let proxy: FrameProxy
beforeAll(async () => {
  server = await serve()
  proxy = await openFrameProxy(server.port)
})
afterAll(async () => {
  await proxy.close()
  await server.stop()
})

/** A stock client behind the proxy that reads, and one beside it that publishes. */
function setUp(transformer: TransformerName = 'superjson') {
  const reader = createStockClient(proxy.url, transformer)
  const producer = createStockClient(server.url, transformer)
  const publish = (conversationId: string, category: (typeof categories)[number], text: string) =>
    producer.trpc.status.publish.mutate({ conversationId, category, text, metadata: { n: 1 } })
  const publishMany = async (conversationId: string, category: 'info', count: number): Promise<void> => {
    for (let sent = 0; sent < count; sent += 100) {
      const updates = Array.from({ length: Math.min(100, count - sent) }, (_, n) => ({
        conversationId,
        category,
        text: `${sent + n}`,
      }))
      expect(await producer.trpc.status.publishMany.mutate({ updates })).toEqual({
        accepted: updates.length,
        rejected: [],
      })
    }
  }
  const close = async (): Promise<void> => {
    await Promise.all([reader.close(), producer.close()])
  }
  return { reader, producer, publish, publishMany, close }
}

describe.each(Object.keys(transformers) as TransformerName[])('a stock client with %s', (transformer) => {
  it('gets all six categories in order, only the asked ones when filtered, and nothing of another conversation', async () => {
    const { reader, publish, close } = setUp(transformer)
    const id = `six-${transformer.length}`
    const all = record(reader, { conversationId: id, from: 'live' })
    const some = record(reader, { conversationId: id, categories: ['tool', 'error'], from: 'live' })
    const other = record(reader, { conversationId: `${id}-other`, from: 'live' })
    await vi.waitFor(
      () => expect([all.frames.length, some.frames.length, other.frames.length]).toEqual([1, 1, 1]),
      patience,
    )
    for (const round of [1, 2]) for (const category of categories) await publish(id, category, `${category} ${round}`)
    await vi.waitFor(() => expect(all.updates).toHaveLength(12), patience)
    expect(all.updates.map(({ text }) => text)).toEqual([1, 2].flatMap((n) => categories.map((name) => `${name} ${n}`)))
    await vi.waitFor(() => expect(some.updates).toHaveLength(4), patience)
    expect(some.updates.map(({ text }) => text)).toEqual(['tool 1', 'error 1', 'tool 2', 'error 2'])
    expect(all.updates[0]).toMatchObject({ conversationId: id, category: 'engine', metadata: { n: 1 } })
    expect([other.updates, all.gaps, some.gaps, all.errors]).toEqual([[], [], [], []])
    await close()
  })

  it('goes on after 50 cuts in a row, half of them with no update in between, with nothing missing and nothing double', async () => {
    const { reader, publish, close } = setUp(transformer)
    const id = `cuts-${transformer.length}`
    const received = record(reader, { conversationId: id, from: 'live' })
    await vi.waitFor(() => expect(received.frames).toHaveLength(1), patience)
    const said: string[] = []
    for (let cut = 0; cut < 50; cut++) {
      const readies = (): number => received.frames.filter(({ data }) => data.type === 'ready').length
      const before = readies()
      if (cut % 2 === 0) {
        for (const when of ['before', 'during']) {
          said.push(`${cut} ${when}`)
          if (when === 'during') proxy.cut()
          await publish(id, 'info', `${cut} ${when}`)
        }
      } else proxy.cut()
      await vi.waitFor(() => expect(readies()).toBe(before + 1), patience)
    }
    await vi.waitFor(() => expect(received.updates).toHaveLength(said.length), patience)
    expect(received.updates.map(({ text }) => text)).toEqual(said)
    expect([received.gaps, received.errors]).toEqual([[], []])
    await close()
  })

  it('reads errors only, behind 5,000 updates of other categories, without a gap', async () => {
    const { reader, publish, publishMany, close } = setUp(transformer)
    const id = `quiet-${transformer.length}`
    const received = record(reader, { conversationId: id, categories: ['error'], from: 'live' })
    await vi.waitFor(() => expect(received.frames).toHaveLength(1), patience)
    await publish(id, 'error', 'first')
    await vi.waitFor(() => expect(received.updates).toHaveLength(1), patience)
    await publishMany(id, 'info', 5_000)
    proxy.cut()
    await vi.waitFor(
      () => expect(received.frames.filter(({ data }) => data.type === 'ready')).toHaveLength(2),
      patience,
    )
    await publish(id, 'error', 'second')
    await vi.waitFor(() => expect(received.updates.map(({ text }) => text)).toEqual(['first', 'second']), patience)
    expect([received.gaps, received.errors]).toEqual([[], []])
    await close()
  })

  it('skips nothing when it is cut between ready and the replay', async () => {
    const { reader, publish, close } = setUp(transformer)
    const id = `ready-${transformer.length}`
    for (let n = 0; n < 30; n++) await publish(id, 'info', `${n}`)
    let cuts = 0
    proxy.onMessage = (text) => (text.includes('"type":"ready"') && cuts++ < 3 ? 'cut after' : 'pass')
    const received = record(reader, { conversationId: id, from: { last: 20 } })
    await vi.waitFor(() => expect(received.updates).toHaveLength(20), patience)
    proxy.onMessage = () => 'pass'
    expect(cuts).toBeGreaterThanOrEqual(3)
    expect(received.updates.map(({ text }) => text)).toEqual(Array.from({ length: 20 }, (_, n) => `${n + 10}`))
    expect(received.gaps).toEqual([])
    await close()
  })
})

describe('a stock client, when the server is restarted', () => {
  it('gets a gap with the new state, not silence', async () => {
    const first = await serve()
    const reader = createStockClient(first.url)
    const received = record(reader, { conversationId: 'restarted' })
    await reader.trpc.status.publish.mutate({ conversationId: 'restarted', category: 'info', text: 'before' })
    await vi.waitFor(() => expect(received.updates).toHaveLength(1), patience)
    await first.stop('SIGKILL')
    const second = await serve(first.port)
    await vi.waitFor(() => expect(received.gaps).toHaveLength(1), patience)
    expect(received.gaps[0]).toMatchObject({ reason: 'epoch', missed: null, snapshot: { latest: {}, counts: {} } })
    const after = createStockClient(second.url)
    await after.trpc.status.publish.mutate({ conversationId: 'restarted', category: 'info', text: 'after' })
    await vi.waitFor(() => expect(received.updates.map(({ text }) => text)).toEqual(['before', 'after']), patience)
    await Promise.all([reader.close(), after.close()])
    await second.stop()
  })
})
