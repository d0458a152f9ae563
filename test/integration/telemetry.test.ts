import type { Counts } from '@telltale/contract'
import {
  combineSinks,
  createSink,
  createTelltale,
  publicAccess,
  type TelemetryEvents,
  type Telltale,
  type TelltaleOptions,
} from '@telltale/server'
import { otelMetrics } from '@telltale/server/otel'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { WebSocket } from 'ws'
import { hostileSinks } from '../support/hostile-sinks.ts'
import { openMeasured } from '../support/measured.ts'
import { createStockClient, type Received, record } from '../support/stock-client.ts'

const patience = { timeout: 10_000, interval: 5 }
type Untyped = Record<string, (...given: unknown[]) => void>

async function open(options: TelltaleOptions<Telltale['contract']> = {}) {
  const measured = openMeasured()
  const telltale = createTelltale({
    ...options,
    telemetry: combineSinks(otelMetrics(measured.meter), options.telemetry),
  })
  onTestFinished(() => telltale.close({ drainMs: 100 }))
  const { url } = await telltale.listen({ port: 0, host: '127.0.0.1' })
  const connect = () => {
    const client = createStockClient(url)
    onTestFinished(() => void client.close())
    return client
  }
  return { ...measured, telltale, url, connect }
}

function countByCategory({ updates }: Received): Counts {
  const counts: Record<string, number> = {}
  for (const { category } of updates) counts[category] = (counts[category] ?? 0) + 1
  return counts
}

function missedByCategory({ gaps }: Received): Counts {
  const counts: Record<string, number> = {}
  for (const { dropped = {} } of gaps)
    for (const [category, count] of Object.entries(dropped)) counts[category] = (counts[category] ?? 0) + count
  return counts
}

describe('the numbers', () => {
  it('close: published = accepted + shed + rejected, and readers got or missed what they asked for', async () => {
    const { telltale, connect, total } = await open({ limits: { queueLimit: 60 } })
    const all = record(connect(), { conversationId: 'c' })
    const some = record(connect(), { conversationId: 'c', categories: ['tool', 'error'] })
    await vi.waitFor(() => expect([all.frames.length, some.frames.length]).toEqual([1, 1]), patience)
    const untyped = telltale.status as unknown as Untyped
    let published = 0
    const say = (category: string, metadata?: object): void => {
      untyped['update']?.('c', category, 'x', metadata)
      published++
    }
    for (let n = 0; n < 25; n++) for (const category of ['info', 'tool', 'error', 'invented']) say(category)
    await telltale.flush()
    for (const category of ['tool', 'info', 'engine', 'invented']) say(category)
    for (const metadata of [{ tool: 5 }, { big: 1n }]) say('tool', metadata)
    await telltale.flush()
    const counts = async (metric: string): Promise<number> => total(`telltale.updates.${metric}`)
    const [accepted, shed, rejected] = [await counts('accepted'), await counts('shed'), await counts('rejected')]
    expect(published).toBe(106)
    expect(accepted + shed + rejected).toBe(published)
    expect([shed, rejected > 2, accepted > 3]).toEqual([40, true, true])

    for (const category of ['info', 'tool', 'error', 'engine']) {
      const about = { 'telltale.category': category }
      const readers = ['tool', 'error'].includes(category) ? [all, some] : [all]
      const said = (await total('telltale.updates.accepted', about)) + (await total('telltale.updates.shed', about))
      const got = async (): Promise<number> =>
        (await total('telltale.updates.delivered', about)) + (await total('telltale.updates.missed', about))
      await vi.waitFor(async () => expect(await got()).toBe(readers.length * said), patience)
      const sum = (count: (reader: Received) => Counts): number =>
        readers.reduce((all, reader) => all + (count(reader)[category] ?? 0), 0)
      const delivered = await total('telltale.updates.delivered', about)
      await vi.waitFor(() => expect(sum(countByCategory)).toBe(delivered), patience)
      expect(sum(missedByCategory)).toBe(await total('telltale.updates.missed', about))
    }
    expect(await total('telltale.reader.gaps', { 'telltale.reason': 'overflow' })).toBe(2)
  })

  it('count a batch once for all its readers: each is told of with the identical event', async () => {
    const told: TelemetryEvents['reader.delivered'][] = []
    const { telltale, connect } = await open({
      telemetry: createSink({ 'reader.delivered': (event) => told.push(event) }),
    })
    const readers = [connect(), connect(), connect()].map((client) => record(client, { conversationId: 'c' }))
    await vi.waitFor(() => expect(readers.map(({ frames }) => frames.length)).toEqual([1, 1, 1]), patience)
    telltale.status.tool('c', 'one')
    telltale.status.info('c', 'two')
    await vi.waitFor(() => expect(told).toHaveLength(3), patience)
    expect(told[0]).toEqual({ count: 2, counts: { tool: 1, info: 1 } })
    expect(new Set(told).size).toBe(1)
  })

  it('measure the way into the log once a flush of a conversation, not once an update', async () => {
    const { telltale, read, total } = await open()
    for (let n = 0; n < 50; n++) for (const id of ['a', 'b']) telltale.status.info(id, 'x')
    await telltale.flush()
    const series = await read()
    const one = (metric: string) => series.find((each) => each.metric === metric)
    expect(one('telltale.flush.size')).toMatchObject({ unit: '{update}', value: 2, sum: 100 })
    expect(one('telltale.flush.duration')).toMatchObject({ unit: 's', value: 2 })
    expect(one('telltale.flush.duration')?.sum).toBeGreaterThan(0)
    expect(one('telltale.flush.duration')?.sum).toBeLessThan(5)
    expect(one('telltale.queue.depth')).toMatchObject({ value: 1, sum: 100 })
    expect(await total('telltale.queue.limit')).toBe(10_000)
  })

  it('tell who reads, who came back where it had been, and who could not', async () => {
    const { telltale, connect, total } = await open()
    const client = connect()
    const first = record(client, { conversationId: 'c' })
    await vi.waitFor(() => expect(first.frames).toHaveLength(1), patience)
    expect([await total('telltale.reader.count'), await total('telltale.connection.count')]).toEqual([1, 1])
    telltale.status.info('c', 'one')
    await vi.waitFor(() => expect(first.updates).toHaveLength(1), patience)
    const after = first.frames.at(-1)?.id ?? ''
    first.stop()
    await vi.waitFor(async () => expect(await total('telltale.reader.count')).toBe(0), patience)
    telltale.status.info('c', 'two')
    const again = record(client, { conversationId: 'c', from: { after } })
    const lost = record(client, { conversationId: 'c', from: { after: `x${after}` } })
    await vi.waitFor(() => expect([again.updates.length, lost.gaps.length]).toEqual([1, 1]), patience)
    const resumed = (outcome: string): Promise<number> =>
      total('telltale.reader.resumes', { 'telltale.outcome': outcome })
    expect([await resumed('continued'), await resumed('gap')]).toEqual([1, 1])
    expect(await total('telltale.reader.openings')).toBe(3)
    void client.close()
    await vi.waitFor(async () => expect(await total('telltale.connection.count')).toBe(0), patience)
    expect(await total('telltale.connection.duration')).toBe(1)
    await vi.waitFor(async () => expect(await total('telltale.reader.count')).toBe(0), patience)
  })

  it('tell of a publish that the full queue refused', async () => {
    const { telltale, total } = await open({ limits: { queueLimit: 5 } })
    const caller = telltale.createCaller({ userId: 'u' })
    for (let n = 0; n < 5; n++) telltale.status.info('c', 'x')
    const refused = caller.status.publish({ conversationId: 'c', category: 'tool', text: 'x' })
    await expect(refused).rejects.toMatchObject({ cause: { code: 'OVERLOADED' } })
    const about = { 'telltale.category': 'tool', 'telltale.reason': 'overload' }
    expect(await total('telltale.updates.rejected', about)).toBe(1)
  })
})

describe('what a stranger makes up', () => {
  /** Everything a stranger can name, with a name of its own for each `n`. */
  async function attack({ telltale, url }: { telltale: Telltale; url: string }, n: number): Promise<void> {
    const name = `invented${n}`
    const untyped = telltale.status as unknown as Untyped
    untyped['update']?.('c', name, name)
    untyped['update']?.(`${name}!`, name, name)
    untyped['update']?.(name, 'tool', name, { tool: 5, [name]: name })
    untyped['info']?.(name, name)
    const caller = telltale.createCaller({ userId: name })
    const refused = caller.status.publish({ conversationId: name, category: name as 'info', text: name })
    await expect(refused).rejects.toMatchObject({ cause: { code: 'UNKNOWN_CATEGORY' } })
    const denied = telltale.createCaller({ userId: `denied-${name}` }).status.history({ conversationId: name })
    await expect(denied).rejects.toThrow('no such conversation')
    // Any code from 3,000 to 4,999 may be said by a peer.
    if (n % 10 === 0) {
      const socket = new WebSocket(`${url}?${name}=${name}`)
      await new Promise((resolve) => socket.once('open', resolve))
      const closed = new Promise((resolve) => socket.once('close', resolve))
      socket.close(3_000 + n, name)
      await closed
    }
  }

  it('never becomes a label: a thousand names make no series more than ten', async () => {
    const server = await open({
      access: { ...publicAccess(), authorize: ({ userId }) => !userId.startsWith('denied') },
      limits: { queueLimit: 500, accessTimeoutMs: 10_000 },
    })
    for (let n = 0; n < 11; n++) await attack(server, n)
    // A flood of them sheds some.
    const untyped = server.telltale.status as unknown as Untyped
    const flood = (): void => {
      for (let n = 0; n < 1_000; n++) untyped['update']?.('c', `invented${n}`, 'x')
    }
    flood()
    await server.telltale.flush()
    const before = await server.read()
    for (let n = 11; n < 1_000; n++) await attack(server, n)
    flood()
    await server.telltale.flush()
    const after = await server.read()
    expect(after.map(({ metric, attributes }) => [metric, attributes])).toEqual(
      before.map(({ metric, attributes }) => [metric, attributes]),
    )
    expect(JSON.stringify(after)).not.toContain('invented')
    const rejected = await server.total('telltale.updates.rejected', { 'telltale.category': '_OTHER' })
    expect(rejected).toBeGreaterThan(3_000)
    expect(await server.total('telltale.updates.shed', { 'telltale.category': '_OTHER' })).toBe(1_000)
    expect(await server.total('telltale.access.denials')).toBe(1_000)
    expect(await server.total('telltale.connection.duration', { 'telltale.close_code': '_OTHER' })).toBe(100)
  })
})

describe('a sink of the app', () => {
  it.each(hostileSinks)('that %s harms nobody', async (_what, sink) => {
    const reasons: unknown[] = []
    const listener = (reason: unknown): void => void reasons.push(reason)
    process.on('unhandledRejection', listener)
    onTestFinished(() => void process.off('unhandledRejection', listener))
    const calls = { count: 0 }
    const telltale = createTelltale({ telemetry: sink(calls), limits: { queueLimit: 20 } })
    onTestFinished(() => telltale.close({ drainMs: 100 }))
    const { url } = await telltale.listen({ port: 0, host: '127.0.0.1' })
    const client = createStockClient(url)
    onTestFinished(() => void client.close())
    const reader = record(client, { conversationId: 'c' })
    await vi.waitFor(() => expect(reader.frames).toHaveLength(1), patience)
    for (let n = 0; n < 50; n++) telltale.status.info('c', `${n}`)
    await expect(
      client.trpc.status.publish.mutate({ conversationId: 'c', category: 'tool', text: 'last' }),
    ).resolves.toMatchObject({ id: expect.any(String) })
    await vi.waitFor(() => expect(reader.updates.at(-1)?.text).toBe('last'), patience)
    expect(reader.updates.length + (missedByCategory(reader)['info'] ?? 0)).toBe(51)
    expect(calls.count).toBeGreaterThan(5)
    expect([reader.errors, reasons]).toEqual([[], []])
  })
})
