import { describe, expect, it, vi } from 'vitest'
import { type LiveServer, startScripted, startServer } from '../../../../test/support/live-server.ts'
import { createManualClock } from '../../../server/src/testing/manual-clock.ts'
import { createTelltaleClient, type TelltaleClientOptions } from '../client.ts'
import type { StatusStream, StreamEvent } from './stream.ts'

const poll = { interval: 5, timeout: 5_000 }
/** How long a known fault is given to turn out not to be one, in milliseconds. */
const faulty = { interval: 5, timeout: 300 }

function connect(server: LiveServer, options: Partial<TelltaleClientOptions> = {}) {
  const clock = createManualClock()
  const client = createTelltaleClient({ url: server.url, clock, random: () => 0, renderIntervalMs: 0, ...options })
  return { client, clock }
}

/** What an iteration gave, and how it ended: `null` while it goes on. */
function iterate(stream: StatusStream): { events: StreamEvent[]; ended: unknown } {
  const watched: { events: StreamEvent[]; ended: unknown } = { events: [], ended: null }
  const run = async (): Promise<void> => {
    for await (const event of stream) watched.events.push(event)
  }
  run().then(
    () => {
      watched.ended = 'done'
    },
    (error: unknown) => {
      watched.ended = error
    },
  )
  return watched
}

/** Lets in who is named, and denies every conversation but those that are allowed. */
function guarded(allowed: Set<string>) {
  return {
    authenticate: () => ({ userId: 'u1' }),
    authorize: (_identity: object, _action: string, conversationId: string) => allowed.has(conversationId),
  }
}

const textsOf = (events: readonly StreamEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'update' ? [event.update.text] : []))

describe('a stream that loses its connection', () => {
  it('gets what was said meanwhile once and in order, and says that it is behind until then', async () => {
    await using server = await startServer()
    const { client } = connect(server)
    const stream = client.status({ conversationId: 'c1' })
    const watched = iterate(stream)
    const seen = new Set<string>()
    stream.store.subscribe(() => {
      const { connection, integrity } = stream.store.getSnapshot()
      seen.add(`${connection} ${integrity}`)
    })
    await expect.poll(() => stream.store.getSnapshot().integrity, poll).toBe('live')
    const { status } = server.telltale
    status.info('c1', 'a')
    await expect.poll(() => textsOf(watched.events), poll).toEqual(['a'])
    for (const [lost, found] of [['b', 'c'] as const, ['d', 'e'] as const]) {
      server.cut()
      status.info('c1', lost)
      status.info('c1', found)
      await expect.poll(() => textsOf(watched.events).at(-1), poll).toBe(found)
    }
    expect(textsOf(watched.events)).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(stream.store.getSnapshot()).toMatchObject({ counts: { info: 5 }, missed: 0, integrity: 'live' })
    expect([...seen]).toContain('connecting catching-up')
    expect([...seen]).not.toContain('connecting live')
    await client.close()
  })

  it('is told of updates that were shed, and misses no other', async () => {
    await using server = await startServer({ limits: { queueLimit: 10 } })
    const { client } = connect(server)
    const stream = client.status({ conversationId: 'c1' })
    const watched = iterate(stream)
    const gaps = vi.fn()
    stream.subscribe({ gap: gaps })
    await expect.poll(() => server.telltale.size().readers, poll).toBe(1)
    for (let index = 1; index <= 25; index++) server.telltale.status.info('c1', `${index}`)
    await expect.poll(() => textsOf(watched.events).at(-1), poll).toBe('25')
    const told = watched.events.filter((event) => event.type === 'gap')
    expect(told).toMatchObject([{ reason: 'overflow', snapshot: null }])
    const { missed, counts, isMissedExact, integrity } = stream.store.getSnapshot()
    expect([missed, counts.info]).toEqual([told[0]?.missed, textsOf(watched.events).length])
    expect(missed + (counts.info ?? 0)).toBe(25)
    expect([isMissedExact, integrity]).toEqual([true, 'live'])
    expect(gaps.mock.calls).toEqual([[told[0]]])
    await client.close()
  })
})

describe('a stream that ends', () => {
  it('tells every consumer why, and only of that stream', async () => {
    await using server = await startServer({ access: guarded(new Set(['open'])) })
    const { client } = connect(server)
    const refused = client.status({ conversationId: 'secret' })
    const watched = iterate(refused)
    const error = vi.fn()
    refused.subscribe({ error })
    const other = iterate(client.status({ conversationId: 'open' }))
    await expect.poll(() => watched.ended, poll).toMatchObject({ code: 'NOT_FOUND' })
    expect(error.mock.calls).toMatchObject([[{ code: 'NOT_FOUND' }]])
    expect(refused.store.getSnapshot().error).toMatchObject({ code: 'NOT_FOUND' })
    const late = vi.fn()
    refused.subscribe({ error: late })
    expect(late).toHaveBeenCalledTimes(1)
    await expect.poll(() => server.telltale.size().readers, poll).toBe(1)
    server.telltale.status.info('open', 'x')
    await expect.poll(() => textsOf(other.events), poll).toEqual(['x'])
    await client.close()
  })

  it('ends without an error when its client is closed, and stays ended', async () => {
    await using server = await startServer()
    const { client } = connect(server)
    const stream = client.status({ conversationId: 'c1' })
    const watched = iterate(stream)
    const error = vi.fn()
    stream.subscribe({ error })
    await expect.poll(() => server.telltale.size().readers, poll).toBe(1)
    server.telltale.status.info('c1', 'last')
    await expect.poll(() => textsOf(watched.events), poll).toEqual(['last'])
    await client.close()
    await expect.poll(() => watched.ended, poll).toBe('done')
    expect(stream.store.getSnapshot()).toMatchObject({ connection: 'closed', error: null, counts: { info: 1 } })
    await expect.poll(() => iterate(client.status({ conversationId: 'c2' })), poll).toMatchObject({ events: [] })
    const late = iterate(stream)
    await expect.poll(() => late.ended, poll).toBe('done')
    expect(error).not.toHaveBeenCalled()
    await expect(client.categories()).rejects.toMatchObject({ code: 'DISPOSED' })
  })

  it('ends every iterator of a client at the end of its block', async () => {
    await using server = await startServer()
    const watched: Array<ReturnType<typeof iterate>> = []
    {
      await using client = connect(server).client
      watched.push(iterate(client.status({ conversationId: 'c1' })), iterate(client.status({ conversationId: 'c2' })))
      await expect.poll(() => server.telltale.size().readers, poll).toBe(2)
    }
    await expect.poll(() => watched.map(({ ended }) => ended), poll).toEqual(['done', 'done'])
    await expect.poll(() => server.telltale.size(), poll).toMatchObject({ readers: 0, connections: 0 })
  })
})

describe('streams: what was once a fault', () => {
  it('asks again for a conversation that was refused before and is allowed now', async () => {
    const allowed = new Set<string>()
    await using server = await startServer({ access: guarded(allowed) })
    const { client, clock } = connect(server)
    const first = iterate(client.status({ conversationId: 'c1' }))
    await expect.poll(() => first.ended, poll).toMatchObject({ code: 'NOT_FOUND' })
    allowed.add('c1')
    clock.advance(10_000)
    const second = iterate(client.status({ conversationId: 'c1' }))
    await expect
      .poll(() => [server.telltale.size().readers, second.ended], faulty)
      .toEqual([1, null])
      .finally(() => void client.close())
  })

  it('ends its iterators when the client is closed while it waits to try again', async () => {
    await using server = await startScripted(async function* () {})
    const { client, clock } = connect(server, { random: () => 0.5 })
    const watched = iterate(client.status({ conversationId: 'c1' }))
    await expect.poll(() => [server.asked.length, clock.timers], poll).toEqual([1, 1])
    await client.close()
    await expect.poll(() => watched.ended, faulty).toBe('done')
  })

  it('does not call itself live while it has no subscription', async () => {
    await using server = await startScripted(async function* () {
      yield ['e.0.0', { type: 'ready', from: 'e.0.0', head: 'e.0.0', replaying: false }]
    })
    const { client, clock } = connect(server, { random: () => 0.5 })
    const { store } = client.status({ conversationId: 'c1' })
    store.subscribe(() => undefined)
    await expect.poll(() => [store.getSnapshot().position, clock.timers], poll).toEqual(['e.0.0', 1])
    await expect
      .poll(() => store.getSnapshot().integrity, faulty)
      .toBe('catching-up')
      .finally(() => void client.close())
  })

  it('does not call itself live when nobody has listened for a while', async () => {
    await using server = await startServer()
    const { client, clock } = connect(server)
    const { store } = client.status({ conversationId: 'c1' })
    const leave = store.subscribe(() => undefined)
    await expect.poll(() => store.getSnapshot().integrity, poll).toBe('live')
    leave()
    clock.advance(1_000)
    expect(store.getSnapshot().integrity).toBe('catching-up')
    await client.close()
  })

  it('waits no longer to try again than the option backoff says', async () => {
    await using server = await startScripted(async function* () {})
    const { client, clock } = connect(server, { random: () => 0.5, backoff: { baseMs: 10, maxMs: 10 } })
    client.status({ conversationId: 'c1' }).subscribe({})
    await expect.poll(() => [server.asked.length, clock.timers], poll).toEqual([1, 1])
    clock.advance(10)
    await expect
      .poll(() => server.asked.length, faulty)
      .toBe(2)
      .finally(() => void client.close())
  })

  it('is live when all that came behind its place was of other categories', async () => {
    await using server = await startServer()
    const { client } = connect(server)
    const { position } = await client.publish({ conversationId: 'c1', category: 'tool', text: 'had before' })
    await client.publish({ conversationId: 'c1', category: 'info', text: 'not for this reader' })
    const { store } = client.status({ conversationId: 'c1', categories: ['tool'], from: { after: position } })
    store.subscribe(() => undefined)
    await expect
      .poll(() => store.getSnapshot().integrity, faulty)
      .toBe('live')
      .finally(() => void client.close())
  })

  it('refuses to keep no updates for showing', () => {
    expect(() => createTelltaleClient({ url: 'ws://localhost', updatesMax: 0 })).toThrow(
      'updatesMax must be positive, not 0',
    )
  })
})
