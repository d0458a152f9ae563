import type { TelltaleError } from '@telltale/contract/wire'
import { describe, expect, it } from 'vitest'
import { type Script, startScripted, startServer, untilStopped } from '../../../../test/support/live-server.ts'
import { createManualClock } from '../../../server/src/testing/manual-clock.ts'
import { createConnection } from '../connection/connection.ts'
import type { AnyUpdate, Gap } from './state.ts'
import { type StreamRequest, Upstream } from './upstream.ts'

const poll = { interval: 5, timeout: 5_000 }

/** An upstream whose retries wait half of their bound, on a clock that nothing else runs on. */
function open(url: string, request: StreamRequest = { conversationId: 'c1' }) {
  const clock = createManualClock()
  const connection = createConnection({
    url,
    token: undefined,
    transport: 'websocket',
    WebSocket,
    fetch,
    clock: createManualClock(),
    random: () => 0,
    backoff: { baseMs: 1, maxMs: 1 },
    connectTimeoutMs: 10_000,
    requestTimeoutMs: 10_000,
    prefix: '',
    pendingMax: 100,
  })
  const updates: AnyUpdate[] = []
  const gaps: Gap[] = []
  const failures: TelltaleError[] = []
  const upstream = new Upstream(
    request,
    { connection, clock, random: () => 0.5, backoff: { baseMs: 500, maxMs: 20_000 } },
    {
      accepted(_state, received, gap) {
        updates.push(...received)
        if (gap) gaps.push(gap)
      },
      waiting: () => undefined,
      failed: (error) => failures.push(error),
    },
  )
  return { upstream, connection, clock, updates, gaps, failures }
}

const ready = (from: string): readonly [string, object] => [from, { type: 'ready', from, head: from, replaying: false }]
const batch = (after: string, id: string): readonly [string, object] => [
  id,
  { type: 'batch', after, updates: [{ id: `u-${id}`, offset: 1, category: 'info' }] },
]

/** Says something the first time, and then only waits where it was asked to begin. */
function once(first: (signal: AbortSignal) => ReturnType<Script>): Script {
  return async function* ({ from }, signal, count) {
    if (count === 1) yield* first(signal)
    else yield ready((from as { after: string }).after)
    await untilStopped(signal)
  }
}

describe('Upstream', () => {
  it('asks with what it was given, without what is not there', async () => {
    await using server = await startScripted(once(async function* () {}))
    const { upstream, connection } = open(server.url, {
      conversationId: 'c1',
      categories: ['tool'],
      minPriority: undefined,
      from: { last: 3 },
    })
    upstream.start()
    upstream.start()
    await expect
      .poll(() => server.asked, poll)
      .toEqual([{ conversationId: 'c1', categories: ['tool'], from: { last: 3 } }])
    await connection.close()
  })

  it('opens a broken chain again where it was, after a moment, and takes nothing from it meanwhile', async () => {
    await using server = await startScripted(
      once(async function* () {
        yield ready('e.0.0')
        yield batch('e.0.0', 'e.1.1')
        yield batch('e.2.2', 'e.3.3')
        yield batch('e.1.1', 'e.2.2')
      }),
    )
    const { upstream, connection, clock, updates } = open(server.url)
    upstream.start()
    await expect.poll(() => clock.timers, poll).toBe(1)
    clock.advance(249)
    expect(server.asked).toHaveLength(1)
    clock.advance(1)
    await expect.poll(() => server.asked.length, poll).toBe(2)
    expect(server.asked[1]).toEqual({ conversationId: 'c1', from: { after: 'e.1.1' } })
    expect(updates.map(({ id }) => id)).toEqual(['u-e.1.1'])
    expect(upstream.state.position).toBe('e.1.1')
    await connection.close()
  })

  it('passes over frames of unknown types and frames it had before', async () => {
    await using server = await startScripted(
      once(async function* () {
        yield ready('e.0.0')
        yield ['e.0.0x', { type: 'novelty', after: 'e.0.0' }]
        yield batch('e.0.0', 'e.1.1')
        yield batch('e.0.0', 'e.1.1')
        yield batch('e.1.1', 'e.2.2')
      }),
    )
    const { upstream, connection, clock, updates, failures } = open(server.url)
    upstream.start()
    await expect.poll(() => upstream.state.position, poll).toBe('e.2.2')
    expect(updates.map(({ id }) => id)).toEqual(['u-e.1.1', 'u-e.2.2'])
    expect([clock.timers, server.asked.length, failures.length]).toEqual([0, 1, 0])
    await connection.close()
  })

  it('opens a subscription again that the server just ended', async () => {
    await using server = await startScripted(async function* ({ from }, signal, count) {
      yield ready(count === 1 ? 'e.4.4' : (from as { after: string }).after)
      if (count > 1) await untilStopped(signal)
    })
    const { upstream, connection, clock, failures } = open(server.url)
    upstream.start()
    await expect.poll(() => clock.timers, poll).toBe(1)
    clock.advance(250)
    await expect.poll(() => server.asked[1], poll).toEqual({ conversationId: 'c1', from: { after: 'e.4.4' } })
    expect(failures).toEqual([])
    await connection.close()
  })

  it('waits longer each time when nothing comes of it, and begins anew when something does', async () => {
    const tries = [0, 250, 500, 1_000, 2_000]
    await using server = await startScripted(async function* (_asked, signal, count) {
      if (count <= tries.length) return
      yield ready('e.0.0')
      yield batch('e.0.0', 'e.1.1')
      if (count > tries.length + 1) await untilStopped(signal)
    })
    const { upstream, connection, clock } = open(server.url)
    upstream.start()
    for (const [index, bound] of tries.entries()) {
      const waitMs = tries[index + 1] ?? bound * 2
      await expect.poll(() => [server.asked.length, clock.timers], poll).toEqual([index + 1, 1])
      clock.advance(waitMs - 1)
      expect(clock.timers).toBe(1)
      clock.advance(1)
    }
    await expect.poll(() => [upstream.state.position, clock.timers], poll).toEqual(['e.1.1', 1])
    clock.advance(250)
    await expect.poll(() => server.asked.length, poll).toBe(tries.length + 2)
    await connection.close()
  })

  it('waits as long as a refusal asks for that may pass', async () => {
    await using server = await startServer({ limits: { subscriptionsMax: 1 } })
    const { upstream, connection, clock, failures } = open(server.url)
    const stop = connection.subscribe('status.subscribe', { conversationId: 'other' }, { frame() {}, ended() {} })
    await expect.poll(() => server.opened, poll).toBe(1)
    upstream.start()
    await expect.poll(() => clock.timers, poll).toBe(1)
    stop()
    clock.advance(999)
    expect(clock.timers).toBe(1)
    clock.advance(1)
    await expect.poll(() => upstream.state.position, poll).not.toBeNull()
    expect(failures).toEqual([])
    await connection.close()
  })

  it('gives up on a refusal that will not pass', async () => {
    await using server = await startServer()
    const { upstream, connection, clock, failures } = open(server.url, {
      conversationId: 'c1',
      categories: ['novelty'],
    })
    upstream.start()
    await expect.poll(() => failures, poll).toMatchObject([{ code: 'UNKNOWN_CATEGORY' }])
    expect(clock.timers).toBe(0)
    await connection.close()
  })

  it('goes on where it was after it was stopped, and has nothing under way meanwhile', async () => {
    await using server = await startServer()
    const { upstream, connection, clock, updates } = open(server.url)
    upstream.start()
    await expect.poll(() => upstream.state.position, poll).not.toBeNull()
    upstream.stop()
    upstream.stop()
    await expect.poll(() => server.telltale.size().readers, poll).toBe(0)
    server.telltale.status.info('c1', 'meanwhile')
    await server.telltale.flush()
    expect([updates.length, clock.timers]).toEqual([0, 0])
    upstream.start()
    await expect.poll(() => updates, poll).toMatchObject([{ text: 'meanwhile' }])
    await connection.close()
  })

  it('does not come back when it was stopped while it waited', async () => {
    await using server = await startScripted(async function* () {})
    const { upstream, connection, clock } = open(server.url)
    upstream.start()
    await expect.poll(() => clock.timers, poll).toBe(1)
    upstream.stop()
    expect(clock.timers).toBe(0)
    clock.advance(60_000)
    await expect(connection.query('status.nothing')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(server.asked).toHaveLength(1)
    await connection.close()
  })
})
