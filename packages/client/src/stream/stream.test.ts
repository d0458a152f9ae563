import { describe, expect, it, vi } from 'vitest'
import { type LiveServer, startServer } from '../../../../test/support/live-server.ts'
import { createManualClock } from '../../../server/src/testing/manual-clock.ts'
import { createTelltaleClient, type TelltaleClientOptions } from '../client.ts'

const poll = { interval: 5, timeout: 5_000 }

/** A client of a server, whose stores show at once and whose streams linger until the test lets time pass. */
function connect(server: LiveServer, options: Partial<TelltaleClientOptions> = {}) {
  const clock = createManualClock()
  const client = createTelltaleClient({ url: server.url, clock, random: () => 0, renderIntervalMs: 0, ...options })
  return { client, clock }
}

/** Settles when so many readers are at the server. */
async function untilReaders(server: LiveServer, count: number): Promise<void> {
  await expect.poll(() => server.telltale.size().readers, poll).toBe(count)
}

describe('a stream and its consumers', () => {
  it('is one subscription at the server, however many ways it is consumed', async () => {
    await using server = await startServer()
    const { client } = connect(server)
    const stream = client.status({ conversationId: 'c1' })
    const observed: string[] = []
    const notified = vi.fn()
    const iterators = [stream[Symbol.asyncIterator](), client.status({ conversationId: 'c1' })[Symbol.asyncIterator]()]
    const first = Promise.all(iterators.map((iterator) => iterator.next()))
    stream.subscribe({ update: ({ text }) => observed.push(text) })
    stream.store.subscribe(notified)
    await untilReaders(server, 1)
    server.telltale.status.tool('c1', 'Searching')
    for (const { value } of await first) expect(value).toMatchObject({ type: 'update', update: { text: 'Searching' } })
    expect(observed).toEqual(['Searching'])
    expect(stream.store.getSnapshot()).toMatchObject({
      updates: [{ text: 'Searching' }],
      latest: { tool: { text: 'Searching' } },
      counts: { tool: 1 },
      connection: 'open',
      integrity: 'live',
      missed: 0,
      isMissedExact: true,
      error: null,
    })
    expect(notified).toHaveBeenCalled()
    expect([server.opened, server.urls.length]).toEqual([1, 1])
    await client.close()
  })

  it('is another subscription on the same socket for another request', async () => {
    await using server = await startServer()
    const { client } = connect(server)
    const tools: string[] = []
    const errors: string[] = []
    client.status({ conversationId: 'c1', categories: ['tool'] }).subscribe({ update: ({ text }) => tools.push(text) })
    client
      .status({ conversationId: 'c1', categories: ['error'] })
      .subscribe({ update: ({ text }) => errors.push(text) })
    await untilReaders(server, 2)
    server.telltale.status.tool('c1', 'a tool')
    server.telltale.status.error('c1', 'an error')
    await expect.poll(() => [tools, errors], poll).toEqual([['a tool'], ['an error']])
    expect(server.urls).toHaveLength(1)
    await client.close()
  })

  it('asks nothing of the server before somebody consumes it', async () => {
    await using server = await startServer()
    const { client } = connect(server)
    const stream = client.status({ conversationId: 'c1' })
    expect(stream.store.getSnapshot()).toMatchObject({ connection: 'idle', updates: [], position: null })
    await client.categories()
    expect(server.opened).toBe(0)
    await client.close()
  })

  it('outlives its last consumer by a second, and a new one in that time finds it as it was', async () => {
    await using server = await startServer()
    const { client, clock } = connect(server)
    const stream = client.status({ conversationId: 'c1' })
    const first = stream.subscribe({})
    const second = stream.store.subscribe(() => undefined)
    await untilReaders(server, 1)
    first.unsubscribe()
    first.unsubscribe()
    clock.advance(5_000)
    second()
    clock.advance(999)
    const third = stream.subscribe({})
    clock.advance(5_000)
    await client.categories()
    expect([server.telltale.size().readers, server.opened]).toEqual([1, 1])
    third.unsubscribe()
    clock.advance(999)
    await client.categories()
    expect(server.telltale.size().readers).toBe(1)
    clock.advance(1)
    await untilReaders(server, 0)
    await client.close()
  })

  it('goes on where it was when it is used again after a rest', async () => {
    await using server = await startServer()
    const { client, clock } = connect(server)
    const stream = client.status({ conversationId: 'c1' })
    const consumer = stream.subscribe({})
    await expect.poll(() => stream.store.getSnapshot().connection, poll).toBe('open')
    await untilReaders(server, 1)
    server.telltale.status.info('c1', 'before')
    await expect.poll(() => stream.store.getSnapshot().updates.length, poll).toBe(1)
    consumer.unsubscribe()
    clock.advance(1_000)
    await untilReaders(server, 0)
    server.telltale.status.info('c1', 'meanwhile')
    await server.telltale.flush()
    const texts: string[] = []
    stream.subscribe({ update: ({ text }) => texts.push(text) })
    await expect.poll(() => texts, poll).toEqual(['meanwhile'])
    expect(stream.store.getSnapshot()).toMatchObject({ counts: { info: 2 }, missed: 0 })
    await client.close()
  })

  it('hands an update to nobody who has left', async () => {
    await using server = await startServer()
    const { client } = connect(server)
    const stream = client.status({ conversationId: 'c1' })
    const [left, stayed] = [vi.fn(), vi.fn()]
    const leaving = stream.subscribe({ update: left })
    stream.subscribe({ update: stayed })
    const iterator = stream[Symbol.asyncIterator]()
    const pending = iterator.next()
    await untilReaders(server, 1)
    leaving.unsubscribe()
    await iterator.return?.()
    expect(await pending).toEqual({ value: undefined, done: true })
    server.telltale.status.info('c1', 'x')
    await expect.poll(() => stayed.mock.calls.length, poll).toBe(1)
    expect(left).not.toHaveBeenCalled()
    await client.close()
  })

  it('begins where it was asked to', async () => {
    await using server = await startServer()
    for (const text of ['a', 'b', 'c']) server.telltale.status.info('c1', text)
    await server.telltale.flush()
    const { client } = connect(server)
    const streams = {
      snapshot: client.status({ conversationId: 'c1' }),
      live: client.status({ conversationId: 'c1', from: 'live' }),
      last: client.status({ conversationId: 'c1', from: { last: 2 } }),
    }
    const shown = (name: keyof typeof streams) => {
      const { counts, updates, latest } = streams[name].store.getSnapshot()
      return [counts.info, updates.map(({ text }) => text).join(''), latest.info?.text]
    }
    for (const stream of Object.values(streams)) stream.store.subscribe(() => undefined)
    await untilReaders(server, 3)
    server.telltale.status.info('c1', 'd')
    // With the state that stood there: what came before the last two counts too.
    await expect.poll(() => shown('last'), poll).toEqual([4, 'bcd', 'd'])
    await expect.poll(() => shown('snapshot'), poll).toEqual([4, 'd', 'd'])
    await expect.poll(() => shown('live'), poll).toEqual([1, 'd', 'd'])
    await client.close()
  })

  it('keeps no more updates for showing than it may, and counts them all', async () => {
    await using server = await startServer()
    const { client } = connect(server, { updatesMax: 3 })
    const stream = client.status({ conversationId: 'c1' })
    stream.store.subscribe(() => undefined)
    await untilReaders(server, 1)
    const say = async (...texts: string[]): Promise<void> => {
      const before = stream.store.getSnapshot().counts.info ?? 0
      for (const text of texts) server.telltale.status.info('c1', text)
      await expect.poll(() => stream.store.getSnapshot().counts.info, poll).toBe(before + texts.length)
    }
    await say('1', '2')
    await say('3', '4')
    expect(stream.store.getSnapshot().updates.map(({ text }) => text)).toEqual(['2', '3', '4'])
    await say('5', '6', '7', '8', '9')
    expect(stream.store.getSnapshot().updates.map(({ text }) => text)).toEqual(['7', '8', '9'])
    await client.close()
  })

  it('shows a burst in one change at the end of its interval, and keeps what did not change the same object', async () => {
    await using server = await startServer()
    const { client, clock } = connect(server, { renderIntervalMs: 50 })
    const stream = client.status({ conversationId: 'c1' })
    let changes = 0
    stream.store.subscribe(() => changes++)
    await untilReaders(server, 1)
    server.telltale.status.tool('c1', 'first')
    await vi.waitFor(() => {
      clock.advance(50)
      expect(stream.store.getSnapshot().counts.tool).toBe(1)
    }, poll)
    const before = stream.store.getSnapshot()
    const received = vi.fn()
    stream.subscribe({ update: received })
    changes = 0
    for (let index = 0; index < 300; index++) server.telltale.status.info('c1', `${index}`)
    await expect.poll(() => received.mock.calls.length, poll).toBe(300)
    expect(changes).toBeLessThanOrEqual(1)
    clock.advance(50)
    expect(changes).toBeLessThanOrEqual(2)
    const shown = stream.store.getSnapshot()
    expect(shown.counts).toEqual({ tool: 1, info: 300 })
    expect(shown.latest.tool).toBe(before.latest.tool)
    clock.advance(1_000)
    expect(stream.store.getSnapshot()).toBe(shown)
    await client.close()
  })
})
