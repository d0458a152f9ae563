import { type PresenceFrame, type PresenceMember, TelltaleError, transformer } from '@telltale/contract'
import { initTRPC, TRPCError, tracked } from '@trpc/server'
import { describe, expect, it, vi } from 'vitest'
import { type LiveServer, startServer } from '../../../../test/support/live-server.ts'
import { createManualClock } from '../../../server/src/testing/manual-clock.ts'
import { createTelltaleClient, type TelltaleClientOptions } from '../client.ts'

const poll = { interval: 5, timeout: 5_000 }
const conversationId = 'c1'

const member = (userId: string, ...connections: string[]): PresenceMember => ({
  userId,
  metas: connections.map((connectionId) => ({
    connectionId,
    joinedAt: '2026-01-01T00:00:00Z',
    transport: 'websocket',
  })),
})
const state = (...members: PresenceMember[]): PresenceFrame => ({ type: 'state', members })
const joins = (...members: PresenceMember[]): PresenceFrame => ({ type: 'diff', joins: members, leaves: [] })
const leaves = (...members: PresenceMember[]): PresenceFrame => ({ type: 'diff', joins: [], leaves: members })

/** What is said to one subscription; `fail` and `end` end it. */
interface Said {
  readonly input: unknown
  say(id: string, frame: PresenceFrame | { readonly type: string }): void
  fail(error: Error): void
  end(): void
}

/** A server whose `status.presence` says what it is told to. */
async function startSpeaking(): Promise<LiveServer & { readonly asked: readonly Said[]; readonly open: number }> {
  const asked: Said[] = []
  let open = 0
  const t = initTRPC.create({ transformer })
  const presence = t.procedure
    .input((value) => value)
    .subscription(async function* ({ input, signal }) {
      const waiting: (readonly [string, object] | Error | null)[] = []
      let wake = (): void => undefined
      const push = (item: (typeof waiting)[number]): void => {
        waiting.push(item)
        wake()
      }
      signal?.addEventListener('abort', () => push(null))
      asked.push({ input, say: (id, frame) => push([id, frame]), fail: push, end: () => push(null) })
      open++
      try {
        while (true) {
          const item = waiting.shift()
          if (item === null) return
          if (item instanceof Error) throw item
          if (item) yield tracked(...item)
          else
            await new Promise<void>((resolve) => {
              wake = resolve
            })
        }
      } finally {
        open--
      }
    })
  const server = await startServer({}, () => t.router({ status: t.router({ presence }) }))
  return Object.defineProperties(server, {
    asked: { value: asked },
    open: { get: () => open },
  }) as LiveServer & { asked: readonly Said[]; open: number }
}

type Speaking = Awaited<ReturnType<typeof startSpeaking>>

/** A client whose stores show at once, and whose time stands still. */
function connect(server: LiveServer, options: Partial<TelltaleClientOptions> = {}) {
  const clock = createManualClock()
  const client = createTelltaleClient({ url: server.url, clock, random: () => 0.5, renderIntervalMs: 0, ...options })
  return { client, clock, stream: client.presence({ conversationId }) }
}

async function untilAsked(server: Speaking, count: number): Promise<Said> {
  await expect.poll(() => server.asked.length, poll).toBe(count)
  const said = server.asked[count - 1]
  if (!said) throw new Error('nobody asked')
  return said
}

describe('a stream of presence', () => {
  it('asks nothing before somebody consumes it, and is one subscription however it is consumed', async () => {
    await using server = await startSpeaking()
    const { client, clock, stream } = connect(server)
    expect(stream.store.getSnapshot()).toEqual({ members: [], connection: 'idle', isLive: false, error: null })
    expect(client.presence({ conversationId })).toBe(stream)
    const first = stream.subscribe({})
    const second = client.presence({ conversationId }).store.subscribe(() => undefined)
    const said = await untilAsked(server, 1)
    expect(said.input).toEqual({ conversationId })
    said.say('a.1', state(member('ada', '1')))
    await expect.poll(() => stream.store.getSnapshot().isLive, poll).toBe(true)
    first.unsubscribe()
    first.unsubscribe()
    clock.advance(5_000)
    second()
    clock.advance(999)
    expect([server.open, stream.store.getSnapshot().isLive]).toEqual([1, true])
    clock.advance(1)
    await expect.poll(() => server.open, poll).toBe(0)
    expect(stream.store.getSnapshot()).toMatchObject({ members: [{ userId: 'ada' }], isLive: false })
    await client.close()
  })

  it('shows who is there after each frame, and keeps members that did not change the same objects', async () => {
    await using server = await startSpeaking()
    const { client, stream } = connect(server)
    stream.subscribe({})
    const said = await untilAsked(server, 1)
    said.say('a.1', state(member('ada', '1')))
    said.say('a.2', joins(member('bob', '2')))
    await expect.poll(() => stream.store.getSnapshot().members.length, poll).toBe(2)
    const [ada] = stream.store.getSnapshot().members
    said.say('a.3', { type: 'of a later version' })
    said.say('a.4', joins(member('bob', '3')))
    await expect.poll(() => stream.store.getSnapshot().members[1], poll).toEqual(member('bob', '2', '3'))
    expect(stream.store.getSnapshot().members[0]).toBe(ada)
    await client.close()
  })

  it('is not live while the connection is away, and is again when it was told anew', async () => {
    await using server = await startSpeaking()
    const { client, clock, stream } = connect(server)
    stream.subscribe({})
    const said = await untilAsked(server, 1)
    said.say('a.1', state(member('ada', '1'), member('bob', '2')))
    await expect.poll(() => stream.store.getSnapshot().isLive, poll).toBe(true)
    server.cut()
    await expect.poll(() => stream.store.getSnapshot(), poll).toMatchObject({ isLive: false, members: [{}, {}] })
    const again = await vi.waitFor(() => {
      clock.advance(500)
      const [, last] = server.asked
      if (!last) throw new Error('not yet')
      return last
    }, poll)
    await expect.poll(() => stream.store.getSnapshot().connection, poll).toBe('open')
    expect(stream.store.getSnapshot().isLive).toBe(false)
    // What comes before the state is of another one.
    again.say('a.2', joins(member('eve', '9')))
    again.say('b.1', state(member('bob', '3')))
    again.say('a.3', joins(member('eve', '9')))
    again.say('b.2', joins(member('cy', '4')))
    await expect
      .poll(() => stream.store.getSnapshot(), poll)
      .toMatchObject({
        isLive: true,
        members: [member('bob', '3'), member('cy', '4')],
      })
    await client.close()
  })

  it('calls back when users come and go, and not for those who were there, or for their other connections', async () => {
    await using server = await startSpeaking()
    const { client, stream } = connect(server)
    const told: string[] = []
    stream.subscribe({
      joined: ({ userId }) => told.push(`+${userId}`),
      left: ({ userId, metas }) => told.push(`-${userId} ${metas.length}`),
    })
    const said = await untilAsked(server, 1)
    said.say('a.1', state(member('ada', '1')))
    said.say('a.2', joins(member('ada', '2'), member('bob', '3')))
    said.say('a.3', leaves(member('ada', '1')))
    said.say('a.4', leaves(member('ada', '2')))
    // A state after a while: what is other in it happened meanwhile.
    said.say('a.9', state(member('cy', '4')))
    await expect.poll(() => told, poll).toEqual(['+bob', '-ada 1', '+cy', '-bob 1'])
    await client.close()
  })

  it('asks again after a failure that may pass, later each time, and after an end without one', async () => {
    await using server = await startSpeaking()
    const { client, clock, stream } = connect(server)
    stream.subscribe({})
    const busy = new TRPCError({ code: 'TOO_MANY_REQUESTS' })
    const waits = [250, 500, 1_000]
    for (const [index, waitMs] of waits.entries()) {
      const said = await untilAsked(server, index + 1)
      if (index === 1) said.end()
      else said.fail(busy)
      await expect.poll(() => clock.timers, poll).toBe(1)
      clock.advance(waitMs - 1)
      expect(clock.timers).toBe(1)
      clock.advance(1)
    }
    const said = await untilAsked(server, 4)
    said.say('a.1', state())
    await expect.poll(() => stream.store.getSnapshot(), poll).toMatchObject({ isLive: true, error: null })
    await client.close()
  })

  it('ends with a failure that is final, says so, and asks anew for whoever comes then', async () => {
    await using server = await startSpeaking()
    const { client, clock, stream } = connect(server)
    const failed = vi.fn()
    const consumer = stream.subscribe({ error: failed })
    const said = await untilAsked(server, 1)
    said.fail(new TRPCError({ code: 'NOT_FOUND', cause: new TelltaleError('NOT_FOUND', 'no such conversation') }))
    await expect
      .poll(() => stream.store.getSnapshot(), poll)
      .toMatchObject({
        error: { code: 'NOT_FOUND' },
        isLive: false,
      })
    expect(failed).toHaveBeenCalledTimes(1)
    const late = vi.fn()
    stream.subscribe({ error: late }).unsubscribe()
    expect(late).toHaveBeenCalledTimes(1)
    consumer.unsubscribe()
    clock.advance(1_000)
    stream.subscribe({})
    const again = await untilAsked(server, 2)
    again.say('b.1', state(member('ada', '1')))
    await expect.poll(() => stream.store.getSnapshot(), poll).toMatchObject({ isLive: true, error: null })
    await client.close()
  })

  it('changes its store at most once in the interval', async () => {
    await using server = await startSpeaking()
    const { client, clock, stream } = connect(server, { renderIntervalMs: 50 })
    let last = ''
    stream.subscribe({
      joined: ({ userId }) => {
        last = userId
      },
    })
    const said = await untilAsked(server, 1)
    said.say('a.1', state())
    await vi.waitFor(() => {
      clock.advance(50)
      expect(stream.store.getSnapshot().isLive).toBe(true)
    }, poll)
    let changes = 0
    stream.store.subscribe(() => changes++)
    for (let count = 1; count <= 20; count++) said.say(`a.${count + 1}`, joins(member(`u${count}`, `${count}`)))
    await expect.poll(() => last, poll).toBe('u20')
    expect(changes).toBeLessThanOrEqual(1)
    clock.advance(50)
    expect([changes <= 2, stream.store.getSnapshot().members.length]).toEqual([true, 20])
    await client.close()
  })

  it('is over with its client, without a timer left behind, also while it waits to ask again', async () => {
    await using server = await startSpeaking()
    const { client, clock, stream } = connect(server)
    const failed = vi.fn()
    stream.subscribe({ error: failed })
    const said = await untilAsked(server, 1)
    said.fail(new TRPCError({ code: 'TOO_MANY_REQUESTS' }))
    await expect.poll(() => clock.timers, poll).toBe(1)
    await client.close()
    await expect.poll(() => clock.timers, poll).toBe(0)
    clock.advance(60_000)
    expect([server.asked.length, failed.mock.calls.length]).toEqual([1, 0])
    expect(stream.store.getSnapshot()).toMatchObject({ connection: 'closed', isLive: false, error: null })
  })
})
