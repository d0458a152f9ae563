import { describe, expect, it } from 'vitest'
import { type LiveServer, startScripted, startServer, untilStopped } from '../../../../test/support/live-server.ts'
import { createManualClock } from '../../../server/src/testing/manual-clock.ts'
import { createTelltaleClient, type TelltaleClientOptions } from '../client.ts'
import type { StreamEvent } from './stream.ts'

const poll = { interval: 5, timeout: 5_000 }
/** How long a known fault is given to turn out not to be one, in milliseconds. */
const faulty = { interval: 5, timeout: 300 }

function connect(server: LiveServer, options: Partial<TelltaleClientOptions> = {}) {
  const clock = createManualClock()
  const client = createTelltaleClient({ url: server.url, clock, random: () => 0, renderIntervalMs: 0, ...options })
  return { client, clock }
}

describe('streams: what was once a fault', () => {
  it('does not call itself live after a reconnect before the server has said where it goes on', async () => {
    await using server = await startScripted(async function* (_asked, signal, count) {
      if (count === 1) yield ['e.0.0', { type: 'ready', from: 'e.0.0', head: 'e.0.0', replaying: false }]
      await untilStopped(signal)
    })
    const { client } = connect(server)
    const { store } = client.status({ conversationId: 'c1' })
    store.subscribe(() => undefined)
    await expect.poll(() => store.getSnapshot().integrity, poll).toBe('live')
    server.cut()
    await expect.poll(() => [server.asked.length, store.getSnapshot().connection], poll).toEqual([2, 'open'])
    const { integrity } = store.getSnapshot()
    await client.close()
    expect(integrity).toBe('catching-up')
  })

  it('asks again at once after a refusal, also for who does not leave it alone for a second', async () => {
    let asked = 0
    const authorize = (): boolean => ++asked > 1
    await using server = await startServer({ access: { authenticate: () => ({ userId: 'u1' }), authorize } })
    const { client } = connect(server)
    const stream = client.status({ conversationId: 'c1' })
    await expect(stream[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const second = stream[Symbol.asyncIterator]().next()
    second.catch(() => undefined)
    await expect
      .poll(() => server.telltale.size().readers, faulty)
      .toBe(1)
      .finally(() => void client.close())
  })

  it('stays connecting, and does not flicker, while it tries to reach a server for a call', async () => {
    const server = await startServer()
    await server[Symbol.asyncDispose]()
    let tries = 0
    const random = (): number => {
      tries++
      return 0
    }
    const { client, clock } = connect(server, { random })
    const states: string[] = []
    client.connection.subscribe(() => states.push(client.connection.getSnapshot()))
    const call = client.categories().catch(() => undefined)
    await expect.poll(() => tries, poll).toBeGreaterThan(3)
    const seen = [...states]
    clock.advance(10_000)
    await call
    await client.close()
    expect(seen).toEqual(['connecting'])
  })

  it('gives a consumer that was too slow the state to go on from', async () => {
    await using server = await startServer()
    const { client } = connect(server, { eventsMax: 5 })
    const stream = client.status({ conversationId: 'c1' })
    const iterator = stream[Symbol.asyncIterator]()
    const first = iterator.next()
    await expect.poll(() => server.telltale.size().readers, poll).toBe(1)
    for (let index = 1; index <= 40; index++) server.telltale.status.info('c1', `${index}`)
    await expect.poll(() => stream.store.getSnapshot().counts.info, poll).toBe(40)
    const events: StreamEvent[] = []
    for (let next = await first; !next.done; next = await iterator.next()) {
      events.push(next.value)
      if (next.value.type === 'update' && next.value.update.text === '40') break
    }
    await client.close()
    const [gap] = events.filter((event) => event.type === 'gap')
    expect(gap).toMatchObject({ reason: 'slow', snapshot: { counts: { info: expect.any(Number) } } })
  })

  it('tells an observer that subscribed twice until it has left twice', async () => {
    await using server = await startServer()
    const { client } = connect(server)
    const texts: string[] = []
    const observer = { update: ({ text }: { text: string }) => texts.push(text) }
    const stream = client.status({ conversationId: 'c1' })
    stream.subscribe(observer)
    stream.subscribe(observer).unsubscribe()
    await expect.poll(() => server.telltale.size().readers, poll).toBe(1)
    server.telltale.status.info('c1', 'x')
    await expect
      .poll(() => texts, faulty)
      .toEqual(['x'])
      .finally(() => void client.close())
  })
})
