import { createTelltaleClient } from '@telltale/client'
import { createProducer } from '@telltale/client/producer'
import type { TelltaleOptions } from '@telltale/server'
import { describe, expect, it } from 'vitest'
import { openMessageProxy } from '../producer/message-proxy.ts'
import { startWatched } from '../producer/watched.ts'
import { startWorker } from '../producer/worker.ts'
import { serve } from '../support/serve.ts'

const poll = { timeout: 30_000, interval: 20 }
const backoff = { baseMs: 5, maxMs: 50 }
const quick: TelltaleOptions<never> = { limits: { leaseLapseMs: 1_500, leaseSweepMs: 100 } }
const isLease = (text: string): boolean => text.includes('"status.lease"')

/** Settles when so many milliseconds have passed for the server: a span of a dead producer that began now would be lost. */
async function untilLapse(server: Awaited<ReturnType<typeof startWatched>>): Promise<void> {
  const heard = await server.hear('another')
  const dead = await startWorker(server.url)
  await dead.tell({ do: 'start', conversationId: 'another', name: 'dead' })
  await dead[Symbol.asyncDispose]()
  await expect.poll(() => heard.states, poll).toEqual(['dead started', 'dead lost'])
}

describe('a lease', () => {
  it('is renewed while spans are open, and only then', async () => {
    await using server = await startWatched(quick)
    await using proxy = await openMessageProxy(server.url)
    const heard = await server.hear()
    await using producer = createProducer({ url: proxy.url, backoff })
    producer.status.info('c', 'no span')
    await producer.flush()
    expect(proxy.asked.filter(isLease)).toEqual([])
    const span = producer.status.startSpan({ conversationId: 'c', category: 'tool', name: 'long' })
    await producer.flush()
    // Silent for longer than a lapse, and still believed in.
    await untilLapse(server)
    expect(heard.states).toEqual(['long started'])
    expect(proxy.asked.filter(isLease).length).toBeGreaterThan(3)
    span.end()
    await producer.flush()
    const renewals = proxy.asked.filter(isLease).length
    await untilLapse(server)
    expect(proxy.asked.filter(isLease).length).toBe(renewals)
    expect(heard.states).toEqual(['long started', 'long succeeded'])
  })

  it('survives a connection that is cut for less than the lapse', async () => {
    await using server = await startWatched(quick)
    await using proxy = await openMessageProxy(server.url)
    const heard = await server.hear()
    await using producer = createProducer({ url: proxy.url, backoff })
    const span = producer.status.startSpan({ conversationId: 'c', category: 'tool', name: 'cut' })
    await producer.flush()
    for (let cut = 0; cut < 5; cut++) {
      const before = proxy.asked.filter(isLease).length
      proxy.cut()
      await expect.poll(() => proxy.asked.filter(isLease).length, poll).toBeGreaterThan(before)
    }
    span.end()
    await producer.flush()
    await expect.poll(() => heard.states, poll).toEqual(['cut started', 'cut succeeded'])
  })

  it('that lapsed while the producer was away loses its spans once; what it did meanwhile is told, and it goes on', async () => {
    await using server = await startWatched(quick)
    await using proxy = await openMessageProxy(server.url)
    const heard = await server.hear()
    const events: string[] = []
    await using producer = createProducer({ url: proxy.url, backoff, telemetry: (name) => events.push(name) })
    const { status } = producer
    const start = (name: string) => status.startSpan({ conversationId: 'c', category: 'tool', name })
    const outer = start('outer')
    await producer.flush()
    proxy.isDown = true
    proxy.cut()
    await expect.poll(() => heard.states, poll).toEqual(['outer started', 'outer lost'])
    start('done meanwhile').end()
    outer.update('nobody would believe it')
    status.info('c', 'said meanwhile')
    proxy.isDown = false
    await producer.flush()
    expect(outer.state).toBe('lost')
    outer.end()
    start('new').end()
    await producer.flush()
    await expect.poll(() => heard.states.at(-1), poll).toBe('new succeeded')
    expect(heard.states).toEqual([
      'outer started',
      'outer lost',
      'done meanwhile succeeded',
      'new started',
      'new succeeded',
    ])
    expect(heard.updates.map(({ text }) => text)).toContain('said meanwhile')
    expect(events.filter((name) => name === 'producer.lapsed')).toHaveLength(1)
    expect(server.telltale.size().openSpans).toBe(0)
  })

  it('that lapsed after its last span had ended takes nothing of what begins then', async () => {
    await using server = await startWatched(quick)
    await using proxy = await openMessageProxy(server.url)
    const heard = await server.hear()
    await using producer = createProducer({ url: proxy.url, backoff })
    const start = (name: string) => producer.status.startSpan({ conversationId: 'c', category: 'tool', name })
    const first = start('first')
    await producer.flush()
    proxy.isDown = true
    proxy.cut()
    first.end()
    await expect.poll(() => heard.states, poll).toEqual(['first started', 'first lost'])
    const second = start('second')
    proxy.isDown = false
    await producer.flush()
    second.end()
    await producer.flush()
    await expect
      .poll(() => heard.states, poll)
      .toEqual(['first started', 'first lost', 'second started', 'second succeeded'])
  })
})

describe('a process that stands still', () => {
  it('loses its spans once; when it goes on nothing more is said of them, and new ones are believed', async () => {
    await using server = await startWatched(quick)
    const heard = await server.hear()
    await using worker = await startWorker(server.url)
    await worker.tell({ do: 'start', conversationId: 'c', name: 'outer' })
    await worker.tell({ do: 'start', conversationId: 'c', name: 'inner', parent: 'outer' })
    worker.signal('SIGSTOP')
    await expect.poll(() => heard.states.slice(2), poll).toEqual(['inner lost', 'outer lost'])
    worker.signal('SIGCONT')
    await worker.tell({ do: 'update', name: 'inner', text: 'back again' })
    const { states } = await worker.tell({ do: 'end', name: 'outer' })
    expect(states).toEqual({ outer: 'lost', inner: 'lost' })
    await worker.tell({ do: 'start', conversationId: 'c', name: 'new' })
    const { events } = await worker.tell({ do: 'end', name: 'new' })
    await expect.poll(() => heard.states.slice(4), poll).toEqual(['new started', 'new succeeded'])
    expect(events.filter((name) => name === 'producer.lapsed')).toHaveLength(1)
  })

  it('loses nobody’s spans when it is the server', async () => {
    const server = await serve()
    const client = createTelltaleClient({ url: server.url })
    const states: string[] = []
    const stream = client.status({ conversationId: 'c' })
    const stop = stream.subscribe({ update: ({ span }) => void (span && states.push(`${span.name} ${span.state}`)) })
    const events: string[] = []
    await using producer = createProducer({ url: server.url, backoff, telemetry: (name) => events.push(name) })
    const span = producer.status.startSpan({ conversationId: 'c', category: 'tool', name: 'patient' })
    await producer.flush()
    await expect.poll(() => states, poll).toEqual(['patient started'])
    server.process.kill('SIGSTOP')
    // Longer than the 20 s after which a lease lapses.
    const stoppedAtMs = performance.now()
    await expect.poll(() => performance.now() - stoppedAtMs, { timeout: 40_000, interval: 500 }).toBeGreaterThan(24_000)
    server.process.kill('SIGCONT')
    span.update('still here')
    span.end()
    await producer.flush()
    await expect.poll(() => states, poll).toEqual(['patient started', 'patient running', 'patient succeeded'])
    expect(events).not.toContain('producer.lapsed')
    stop.unsubscribe()
    await client.close()
    await server.stop()
  }, 90_000)
})

describe('a server that was started anew', () => {
  it('is told of the open spans within one renewal, and its readers see them go on', async () => {
    const first = await startWatched(quick)
    const port = Number(new URL(first.url).port)
    await using producer = createProducer({ url: first.url, backoff })
    const { status } = producer
    const outer = status.startSpan({ conversationId: 'c', category: 'workflow', name: 'outer' })
    const inner = status.startSpan({ conversationId: 'c', category: 'tool', name: 'inner', parentId: outer.id })
    inner.progress(1, 3)
    await producer.flush()
    await first[Symbol.asyncDispose]()
    await using second = await startWatched(quick, port)
    const heard = await second.hear()
    await expect.poll(() => heard.states, poll).toEqual(['outer started', 'inner running'])
    expect(heard.updates.at(-1)?.span).toMatchObject({ parentId: outer.id, progress: { current: 1, total: 3 } })
    inner.end()
    outer.end()
    await producer.flush()
    await expect.poll(() => heard.states.slice(2), poll).toEqual(['inner succeeded', 'outer succeeded'])
    expect(second.telltale.size().openSpans).toBe(0)
  })
})
