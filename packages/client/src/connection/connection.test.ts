import { TelltaleError } from '@telltale/contract/wire'
import { describe, expect, it } from 'vitest'
import { startScripted, startServer, untilStopped } from '../../../../test/support/live-server.ts'
import { createManualClock, type ManualClock } from '../../../server/src/testing/manual-clock.ts'
import { type Connection, type ConnectionOptions, createConnection, type FrameSink } from './connection.ts'

/** A connection that comes back without waiting, and whose deadlines pass when the test says so. */
function connect(
  url: string,
  options: Partial<ConnectionOptions> = {},
): { connection: Connection; clock: ManualClock } {
  const clock = createManualClock()
  const connection = createConnection({
    url,
    token: undefined,
    transport: 'websocket',
    WebSocket,
    fetch,
    clock,
    random: () => 0,
    backoff: { baseMs: 500, maxMs: 20_000 },
    connectTimeoutMs: 10_000,
    requestTimeoutMs: 10_000,
    prefix: '',
    pendingMax: 100,
    ...options,
  })
  return { connection, clock }
}

function createSink() {
  const frames: Array<[string, unknown]> = []
  const ends: Array<TelltaleError | null> = []
  const sink: FrameSink = { frame: (id, frame) => frames.push([id, frame]), ended: (error) => ends.push(error) }
  return { frames, ends, sink }
}

const poll = { interval: 5, timeout: 5_000 }
/** How long a known fault is given to turn out not to be one, in milliseconds. */
const faulty = { interval: 5, timeout: 250 }

describe('connection', () => {
  it('opens when it is first needed, says how it stands, and closes for good', async () => {
    await using server = await startServer()
    const { connection, clock } = connect(server.url)
    const states = [connection.state.getSnapshot()]
    connection.state.subscribe(() => states.push(connection.state.getSnapshot()))
    expect(server.urls).toEqual([])
    expect(await connection.query('status.categories')).toHaveLength(6)
    await expect.poll(() => clock.timers, { interval: 5, timeout: 5_000 }).toBe(0)
    await connection.close()
    await connection.close()
    expect(states).toEqual(['idle', 'connecting', 'open', 'closed'])
    expect(server.urls).toEqual(['/trpc'])
    await expect.poll(() => server.telltale.size().connections, poll).toBe(0)
  })

  it("rejects with our error and the server's own code", async () => {
    await using server = await startServer()
    const { connection } = connect(server.url)
    const update = { conversationId: 'c1', category: 'novelty', text: 'x' }
    const failure = await connection.mutate('status.publish', update).catch((error: unknown) => error)
    expect(TelltaleError.isInstance(failure)).toBe(true)
    expect(failure).toMatchObject({ code: 'UNKNOWN_CATEGORY', retryable: false })
    await expect(connection.query('status.nothing')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await connection.close()
  })

  it('gives an answer its time, and not longer', async () => {
    await using server = await startScripted(async function* () {})
    const { connection, clock } = connect(server.url)
    let outcome: unknown = 'pending'
    const call = connection.mutate('status.publish', {}).catch((error: unknown) => {
      outcome = error
    })
    await expect.poll(() => connection.state.getSnapshot(), poll).toBe('open')
    clock.advance(9_999)
    await Promise.resolve()
    expect(outcome).toBe('pending')
    clock.advance(1)
    await call
    expect(outcome).toMatchObject({
      code: 'TIMEOUT',
      retryable: true,
      message: 'no answer to status.publish in 10000 ms',
    })
    await connection.close()
    await expect.poll(() => clock.timers, { interval: 5, timeout: 5_000 }).toBe(0)
  })

  it('gives up waiting for a server that cannot be reached', async () => {
    const server = await startServer()
    await server[Symbol.asyncDispose]()
    const { connection, clock } = connect(server.url)
    const call = connection.query('status.categories')
    clock.advance(10_000)
    await expect(call).rejects.toMatchObject({ code: 'TIMEOUT' })
    expect(connection.state.getSnapshot()).toBe('connecting')
    await connection.close()
  })

  it('says of calls that a lost connection leaves open that it is lost', async () => {
    await using server = await startScripted(async function* () {})
    const { connection } = connect(server.url)
    const call = connection.mutate('status.publish', {})
    await expect.poll(() => server.telltale.size().connections, poll).toBe(1)
    // Answered on the same socket, so the call before it has arrived.
    await expect(connection.query('status.nothing')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    server.cut()
    await expect(call).rejects.toMatchObject({ code: 'CONNECTION_LOST', retryable: true })
    await connection.close()
  })

  it('refuses everything once it is closed, and tells a subscriber only after it has its answer', async () => {
    await using server = await startServer()
    const { connection } = connect(server.url)
    await connection.close()
    await expect(connection.query('status.categories')).rejects.toMatchObject({ code: 'DISPOSED' })
    await expect(connection.mutate('status.publish', {})).rejects.toMatchObject({ code: 'DISPOSED' })
    const { ends, sink } = createSink()
    connection.subscribe('status.subscribe', { conversationId: 'c1' }, sink)
    connection.subscribe('status.subscribe', { conversationId: 'c1' }, sink)()
    expect(ends).toEqual([])
    await Promise.resolve()
    expect(ends).toMatchObject([{ code: 'DISPOSED' }])
    expect(server.urls).toEqual([])
  })

  it('sends the token as its first message, fetched anew for every connect and never in the url', async () => {
    const shown: Array<string | null> = []
    const authenticate = ({ token }: { token: string | null }) => {
      shown.push(token)
      return { userId: 'u1' }
    }
    await using server = await startServer({ access: { authenticate, authorize: () => true } })
    let tokens = 0
    const { connection } = connect(server.url, { token: async () => `secret ${++tokens}` })
    const { ends, sink } = createSink()
    connection.subscribe('status.subscribe', { conversationId: 'c1' }, sink)
    await expect.poll(() => server.opened, poll).toBe(1)
    server.cut()
    await expect.poll(() => server.opened, poll).toBe(2)
    expect(shown).toEqual(['secret 1', 'secret 2'])
    expect(server.urls.join()).not.toContain('secret')
    expect(ends).toEqual([])
    await connection.close()
  })
})

describe('connection: subscriptions', () => {
  it('hands on tracked frames with their ids, and drops what has no place', async () => {
    await using server = await startScripted(async function* (_asked, signal) {
      yield ['e.0.0', { type: 'ready' }]
      yield { untracked: { type: 'batch' } }
      yield ['e.1.1', { type: 'novelty' }]
      await untilStopped(signal)
    })
    const { connection } = connect(server.url)
    const { frames, ends, sink } = createSink()
    connection.subscribe('status.subscribe', { conversationId: 'c1' }, sink)
    await expect.poll(() => frames.length, poll).toBe(2)
    expect(frames).toEqual([
      ['e.0.0', { type: 'ready' }],
      ['e.1.1', { type: 'novelty' }],
    ])
    expect(ends).toEqual([])
    await connection.close()
  })

  it('stops at the server when it is stopped, and says nothing more', async () => {
    await using server = await startServer()
    const { connection } = connect(server.url)
    const { frames, ends, sink } = createSink()
    const stop = connection.subscribe('status.subscribe', { conversationId: 'c1' }, sink)
    await expect.poll(() => frames.length, poll).toBe(1)
    expect(server.telltale.size().readers).toBe(1)
    stop()
    stop()
    await expect.poll(() => server.telltale.size().readers, poll).toBe(0)
    await connection.close()
    expect([frames.length, ends]).toEqual([1, []])
  })

  it('is told once when the server stops a subscription, without an error', async () => {
    await using server = await startScripted(async function* () {
      yield ['e.0.0', { type: 'ready' }]
    })
    const { connection } = connect(server.url)
    const { frames, ends, sink } = createSink()
    connection.subscribe('status.subscribe', { conversationId: 'c1' }, sink)
    await expect.poll(() => ends.length, poll).toBe(1)
    expect([frames.length, ends]).toEqual([1, [null]])
    await connection.close()
    expect(ends).toHaveLength(1)
  })

  it('is told why when the server refuses', async () => {
    await using server = await startServer()
    const { connection } = connect(server.url)
    const { ends, sink } = createSink()
    connection.subscribe('status.subscribe', { conversationId: 'not an id' }, sink)
    await expect.poll(() => ends, poll).toMatchObject([{ code: 'INVALID_INPUT' }])
    await connection.close()
  })

  it('comes back by itself after the last frame it had', async () => {
    await using server = await startScripted(async function* (_asked, signal, count) {
      yield [`e.${count}.1`, { type: 'ready' }]
      await untilStopped(signal)
    })
    const { connection } = connect(server.url)
    const { frames, ends, sink } = createSink()
    connection.subscribe('status.subscribe', { conversationId: 'c1' }, sink)
    await expect.poll(() => frames.length, poll).toBe(1)
    server.cut()
    await expect.poll(() => frames.length, poll).toBe(2)
    expect(server.asked).toEqual([{ conversationId: 'c1' }, { conversationId: 'c1', lastEventId: 'e.1.1' }])
    expect(connection.state.getSnapshot()).toBe('open')
    await connection.close()
    expect(ends).toMatchObject([{ code: 'DISPOSED' }])
  })
})

describe('connection: what was once a fault', () => {
  const nobody = { authenticate: () => null, authorize: () => true }

  it('says UNAUTHORIZED when the server refuses the token', async () => {
    await using server = await startServer({ access: nobody })
    const { connection } = connect(server.url, { token: () => 'wrong' })
    const outcome = await connection.query('status.categories').catch((error: unknown) => error)
    await connection.close()
    expect(outcome).toMatchObject({ code: 'UNAUTHORIZED' })
  })

  it('ends a subscription when the server refuses the token, and does not knock for ever', async () => {
    await using server = await startServer({ access: nobody })
    const { connection } = connect(server.url, { token: () => 'wrong' })
    const { ends, sink } = createSink()
    connection.subscribe('status.subscribe', { conversationId: 'c1' }, sink)
    await expect
      .poll(() => ends, faulty)
      .toMatchObject([{ code: 'UNAUTHORIZED' }])
      .finally(() => void connection.close())
  })

  it('is not open any more when the server said goodbye while nothing was asked', async () => {
    await using server = await startServer()
    const { connection } = connect(server.url)
    await connection.query('status.categories')
    await server.telltale.close({ drainMs: 100 })
    await expect
      .poll(() => connection.state.getSnapshot(), faulty)
      .toBe('idle')
      .finally(() => void connection.close())
  })

  it('closes although a token never comes', async () => {
    await using server = await startServer()
    const { connection } = connect(server.url, { token: () => new Promise(() => undefined) })
    connection.subscribe('status.subscribe', { conversationId: 'c1' }, createSink().sink)
    await expect.poll(() => connection.state.getSnapshot(), poll).toBe('open')
    let isClosed = false
    void connection.close().then(() => {
      isClosed = true
    })
    await expect.poll(() => isClosed, faulty).toBe(true)
  })

  it('closes at once although a call is still open', async () => {
    await using server = await startScripted(async function* () {})
    const { connection, clock } = connect(server.url)
    const call = connection.mutate('status.publish', {}).catch((error: unknown) => error)
    await expect(connection.query('status.nothing')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    let isClosed = false
    void connection.close().then(() => {
      isClosed = true
    })
    await expect
      .poll(() => isClosed, faulty)
      .toBe(true)
      .finally(() => clock.advance(10_000))
    expect(await call).toMatchObject({ code: 'DISPOSED' })
  })
})
