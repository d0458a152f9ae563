import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { startServer } from '../../../../test/support/live-server.ts'
import { createTelltale, publicAccess } from '../../../server/src/index.ts'
import { createManualClock } from '../../../server/src/testing/manual-clock.ts'
import { createTelltaleClient } from '../client.ts'

const poll = { interval: 5, timeout: 5_000 }

/** A client of a server whose time the test holds; its stores show at once. */
function connect(url: string) {
  const clock = createManualClock()
  return { client: createTelltaleClient({ url, clock, random: () => 0, renderIntervalMs: 0 }), clock }
}

describe('the spans of a stream', () => {
  it('are a tree that grows and ends as the work does', async () => {
    await using server = await startServer()
    const { status } = server.telltale
    const { client } = connect(server.url)
    const stream = client.status({ conversationId: 'c1' })
    const stop = stream.store.subscribe(() => undefined)
    await expect.poll(() => stream.store.getSnapshot().integrity, poll).toBe('live')
    const outer = status.startSpan({ conversationId: 'c1', category: 'workflow', name: 'outer' })
    const inner = outer.run(() =>
      status.current().startSpan({ category: 'tool', name: 'inner', metadata: { tool: 't' } }),
    )
    inner.progress(1, 4, 'one of four')
    await expect
      .poll(() => stream.spans, poll)
      .toMatchObject([
        {
          name: 'outer',
          state: 'started',
          children: [
            { name: 'inner', state: 'running', progress: { current: 1, total: 4, percent: 25 }, children: [] },
          ],
        },
      ])
    expect(stream.store.getSnapshot().progress).toEqual({
      current: 1,
      total: 4,
      percent: 25,
      unit: null,
      text: 'one of four',
      spanId: inner.id,
    })
    inner.fail(new Error('out of ink'))
    outer.end('all done')
    await expect.poll(() => stream.spans[0]?.state, poll).toBe('succeeded')
    const { spans, progress, failures } = stream.store.getSnapshot()
    expect(spans).toMatchObject([{ text: 'all done', children: [{ state: 'failed', metadata: { tool: 't' } }] }])
    expect([progress, failures]).toMatchObject([null, { tool: { spanId: inner.id, error: { message: 'out of ink' } } }])
    stop()
    await client.close()
  })

  it('keeps what did not change the same object', async () => {
    await using server = await startServer()
    const { status } = server.telltale
    const { client } = connect(server.url)
    const stream = client.status({ conversationId: 'c1' })
    const stop = stream.store.subscribe(() => undefined)
    const still = status.startSpan({ conversationId: 'c1', category: 'tool', name: 'still' })
    const moving = status.startSpan({ conversationId: 'c1', category: 'tool', name: 'moving' })
    await expect.poll(() => stream.store.getSnapshot().spans.length, poll).toBe(2)
    const before = stream.store.getSnapshot()
    moving.update('on it goes')
    await expect.poll(() => stream.store.getSnapshot().spans[1]?.text, poll).toBe('on it goes')
    const after = stream.store.getSnapshot()
    expect([after.spans[0] === before.spans[0], after.spans[1] === before.spans[1]]).toEqual([true, false])
    status.info('c1', 'of no span')
    await expect.poll(() => stream.store.getSnapshot().counts.info, poll).toBe(1)
    expect(stream.store.getSnapshot().spans).toBe(after.spans)
    for (const span of [still, moving]) span.end()
    stop()
    await client.close()
  })

  it('counts those that there is no room for, and shows one of them when something is told of it', async () => {
    await using server = await startServer()
    const { status } = server.telltale
    const spans = Array.from({ length: 130 }, (_, n) =>
      status.startSpan({ conversationId: 'c1', category: 'tool', name: `${n}` }),
    )
    const { client } = connect(server.url)
    const stream = client.status({ conversationId: 'c1' })
    const stop = stream.store.subscribe(() => undefined)
    await expect.poll(() => stream.store.getSnapshot().spansBeyond, poll).toBe(2)
    expect(stream.store.getSnapshot().spans).toHaveLength(128)
    spans[0]?.end()
    spans[129]?.waiting({ for: 'room' })
    await expect.poll(() => stream.store.getSnapshot().spansBeyond, poll).toBe(1)
    expect(stream.spans.find(({ name }) => name === '129')).toMatchObject({ state: 'waiting', waitingFor: 'room' })
    stop()
    await client.close()
  })

  it('of a log that was lost with its server are lost, and one that is heard of again goes on', async () => {
    const first = createTelltale({ access: publicAccess() })
    const { url, port, server: http } = await first.listen({ port: 0, host: '127.0.0.1' })
    const sockets = new Set<Socket>()
    http.on('connection', (socket: Socket) => sockets.add(socket))
    const own = createTelltaleClient({ url, renderIntervalMs: 0, backoff: { baseMs: 5, maxMs: 20 } })
    const stream = own.status({ conversationId: 'c1' })
    const stop = stream.store.subscribe(() => undefined)
    await expect.poll(() => stream.store.getSnapshot().integrity, poll).toBe('live')
    const span = { id: 'kept-span', name: 'kept', state: 'started' as const, startedAt: new Date().toISOString() }
    await own.publish({ conversationId: 'c1', category: 'tool', text: 'kept', span })
    await own.publish({
      conversationId: 'c1',
      category: 'tool',
      text: 'dead',
      span: { ...span, id: 'dead-span', name: 'dead' },
    })
    await expect.poll(() => stream.spans.length, poll).toBe(2)
    // As a crash does it: nobody is told anything.
    const isClosed = new Promise<void>((resolve) => http.close(() => resolve()))
    for (const socket of sockets) socket.destroy()
    await isClosed

    const second = createTelltale({ access: publicAccess() })
    await second.listen({ port, host: '127.0.0.1' })
    await expect.poll(() => stream.spans.map(({ state }) => state), poll).toEqual(['lost', 'lost'])
    expect(stream.spans[0]).toMatchObject({ reason: 'its log was lost' })
    await own.publish({ conversationId: 'c1', category: 'tool', text: 'on', span: { ...span, state: 'running' } })
    await expect
      .poll(() => stream.spans.map(({ name, state }) => `${name} ${state}`).sort(), poll)
      .toEqual(['dead lost', 'kept running'])
    stop()
    await own.close()
    await second.close({ drainMs: 0 })
    await first.close({ drainMs: 0 })
  })
})

describe('an update', () => {
  it('says whether it was there before the stream began; what is caught up with was not', async () => {
    await using server = await startServer()
    const { telltale } = server
    telltale.status.info('c1', 'old')
    await telltale.flush()
    const { client, clock } = connect(server.url)
    const stream = client.status({ conversationId: 'c1', from: { last: 10 } })
    const seen: [string, boolean][] = []
    stream.subscribe({ update: ({ text, replayed }) => seen.push([text, replayed]) })
    await expect.poll(() => seen.length, poll).toBe(1)
    telltale.status.info('c1', 'live')
    await expect.poll(() => seen.length, poll).toBe(2)
    server.cut()
    telltale.status.info('c1', 'while away')
    await telltale.flush()
    await expect
      .poll(() => {
        clock.advance(100)
        return seen.length
      }, poll)
      .toBe(3)
    expect(seen).toEqual([
      ['old', true],
      ['live', false],
      ['while away', false],
    ])
    expect(stream.store.getSnapshot().updates.map(({ replayed }) => replayed)).toEqual([true, false, false])
    await client.close()
  })

  it('comes with the state that stood before the first of the last n: what is open since then is open', async () => {
    await using server = await startServer()
    const { status } = server.telltale
    const open = status.startSpan({ conversationId: 'c1', category: 'workflow', name: 'long' })
    for (let n = 1; n <= 20; n++) status.info('c1', `${n}`)
    await server.telltale.flush()
    const { client } = connect(server.url)
    const stream = client.status({ conversationId: 'c1', from: { last: 5 } })
    const stop = stream.store.subscribe(() => undefined)
    await expect.poll(() => stream.store.getSnapshot().updates.length, poll).toBe(5)
    expect(stream.store.getSnapshot()).toMatchObject({ spans: [{ name: 'long' }], counts: { workflow: 1, info: 20 } })
    open.end()
    stop()
    await client.close()
  })
})
