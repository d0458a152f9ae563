import { createProducer, type ProducerEvents } from '@telltale/client/producer'
import { type BackplaneFactory, memoryBackplane } from '@telltale/server'
import { describe, expect, it } from 'vitest'
import { memoryInUse } from './memory.ts'
import { isPublish, isPublished, openMessageProxy } from './message-proxy.ts'
import { countByCategory, startWatched } from './watched.ts'

const backoff = { baseMs: 5, maxMs: 20 }
const poll = { timeout: 30_000 }
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function collect() {
  const rejected: ProducerEvents['producer.rejected'][] = []
  const waiting: ProducerEvents['producer.waiting'][] = []
  const shed: Record<string, number> = {}
  return {
    rejected,
    waiting,
    shed,
    telemetry: <TName extends keyof ProducerEvents>(name: TName, event: ProducerEvents[TName]): void => {
      if (name === 'producer.rejected') rejected.push(event as ProducerEvents['producer.rejected'])
      if (name === 'producer.waiting') waiting.push(event as ProducerEvents['producer.waiting'])
      if (name !== 'producer.shed') return
      const { category } = event as ProducerEvents['producer.shed']
      shed[category] = (shed[category] ?? 0) + 1
    },
  }
}

describe('while the server is away', () => {
  it('a million sayings throw nothing, wait for nothing and fill no memory; then said = delivered + told as missed', async () => {
    await using server = await startWatched()
    await using proxy = await openMessageProxy(server.url)
    const heard = await server.hear()
    proxy.isDown = true
    const { telemetry, shed, rejected } = collect()
    await using producer = createProducer({ url: proxy.url, backoff, telemetry })
    const before = memoryInUse()
    for (let n = 0; n < 1_000_000; n++) {
      producer.status.update('c', n % 100 === 0 ? 'error' : n % 2 === 0 ? 'tool' : 'info', `${n}`, {})
      if (n % 10_000 === 0) await nextTurn()
    }
    expect(producer.size().queued).toBeLessThan(10_100)
    expect(memoryInUse() - before).toBeLessThan(30_000_000)
    proxy.isDown = false
    await producer.flush()
    await expect.poll(() => countByCategory(heard), poll).toEqual({ error: 10_000, tool: 490_000, info: 500_000 })
    const missed = heard.missed.map(({ dropped }) => dropped)
    expect(sumOf(missed)).toEqual(shed)
    expect(rejected).toEqual([])
    const numbers = heard.updates.map(({ text }) => Number(text))
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
    // What matters least went first.
    expect(heard.updates.filter(({ category }) => category === 'error').length).toBeGreaterThan(9_000)
  })

  it('the ends of spans that readers know are never shed, and the memory of those they do not know is bounded', async () => {
    await using server = await startWatched()
    await using proxy = await openMessageProxy(server.url)
    const heard = await server.hear()
    const { telemetry } = collect()
    await using producer = createProducer({ url: proxy.url, backoff, queueLimit: 50, telemetry })
    const { status } = producer
    const known = Array.from({ length: 200 }, (_, n) =>
      n % 40 === 39 ? null : status.startSpan({ conversationId: 'c', category: 'tool', name: `known ${n}` }),
    ).filter((span) => span !== null)
    for (const span of known) span.update('at work')
    await producer.flush()
    await expect.poll(() => server.telltale.size().openSpans, poll).toBeGreaterThan(30)
    const open = new Set(heard.states.map((state) => state.replace(/ \w+$/, '')))
    proxy.isDown = true
    proxy.cut()
    for (const span of known) span.end()
    for (let n = 0; n < 100_000; n++) {
      status.startSpan({ conversationId: 'c', category: 'tool', name: `unknown ${n}` }).end()
    }
    for (let n = 0; n < 10_000; n++) status.error('c', 'flood')
    expect(producer.size().queued).toBeLessThan(50 + known.length + 100)
    proxy.isDown = false
    await producer.flush()
    await expect.poll(() => server.telltale.size().openSpans, poll).toBe(0)
    await expect.poll(() => [...open].filter((name) => !heard.states.includes(`${name} succeeded`)), poll).toEqual([])
  })

  it('a span that was sent while its end waited is ended too, whatever comes in between', async () => {
    await using server = await startWatched()
    await using proxy = await openMessageProxy(server.url)
    const heard = await server.hear()
    await using producer = createProducer({ url: proxy.url, backoff, queueLimit: 200 })
    const { status } = producer
    status.info('c', 'first')
    await producer.flush()
    // Most of the starts are on their way, and the ends still wait, when everything else comes in.
    proxy.onAnswer = (text) => (isPublished(text) ? 'swallow' : 'pass')
    const spans = Array.from({ length: 90 }, (_, n) =>
      status.startSpan({ conversationId: 'c', category: 'tool', name: `${n}` }),
    )
    for (const span of spans) span.end()
    await expect.poll(() => server.telltale.size().openSpans, poll).toBeGreaterThan(0)
    for (let n = 0; n < 10_000; n++) status.error('c', 'flood')
    proxy.onAnswer = () => 'pass'
    proxy.cut()
    await producer.flush()
    await expect.poll(() => server.telltale.size().openSpans, poll).toBe(0)
    // What was said last has been heard, so whatever started has been heard too.
    status.info('c', 'last')
    await expect.poll(() => heard.updates.at(-1)?.text, poll).toBe('last')
    const started = heard.states.filter((state) => state.endsWith('started'))
    expect(started.length).toBeGreaterThan(0)
    const ends = started.map((state) => state.replace('started', 'succeeded'))
    await expect.poll(() => ends.filter((end) => !heard.states.includes(end)), poll).toEqual([])
  })

  it('a loss that is told twice counts once, and stands in its place', async () => {
    await using server = await startWatched()
    await using proxy = await openMessageProxy(server.url)
    const heard = await server.hear()
    proxy.isDown = true
    await using producer = createProducer({ url: proxy.url, backoff, queueLimit: 10 })
    producer.status.error('c', 'first')
    for (let n = 0; n < 30; n++) producer.status.info('c', `${n}`)
    let swallowed = 0
    proxy.onAnswer = (text) => (isPublished(text) && swallowed++ < 2 ? 'cut' : 'pass')
    proxy.isDown = false
    await producer.flush()
    await expect.poll(() => heard.updates.length, poll).toBe(10)
    expect(heard.missed).toEqual([{ before: 1, dropped: { info: 21 } }])
    expect(heard.updates.map(({ text }) => text)).toEqual([
      'first',
      ...Array.from({ length: 9 }, (_, n) => `${n + 21}`),
    ])
    expect(swallowed).toBeGreaterThan(2)
  })

  it('a loss is told also when nothing is said after it', async () => {
    await using server = await startWatched()
    await using proxy = await openMessageProxy(server.url)
    const heard = await server.hear()
    proxy.isDown = true
    await using producer = createProducer({ url: proxy.url, backoff, queueLimit: 1 })
    producer.status.info('c', 'on its way')
    await nextTurn()
    producer.status.info('c', 'too many')
    proxy.isDown = false
    await producer.flush()
    await expect.poll(() => countByCategory(heard), poll).toEqual({ info: 2 })
  })
})

describe('a server that cannot keep up', () => {
  it('with room for ten gets everything in order in the end, and is not hammered', async () => {
    await using server = await startWatched({ limits: { queueLimit: 10 } })
    await using proxy = await openMessageProxy(server.url)
    const heard = await server.hear()
    const { telemetry, waiting, rejected } = collect()
    await using producer = createProducer({ url: proxy.url, backoff, telemetry })
    for (let n = 0; n < 1_000; n++) producer.status.info('c', `${n}`)
    await producer.flush()
    await expect.poll(() => heard.updates.length, poll).toBe(1_000)
    expect(heard.updates.map(({ text }) => Number(text))).toEqual(Array.from({ length: 1_000 }, (_, n) => n))
    expect(new Set(waiting.map(({ code }) => code))).toEqual(new Set(['OVERLOADED']))
    expect(rejected).toEqual([])
    expect(proxy.asked.filter(isPublish).length).toBeLessThan(400)
  })

  it('gets what its log did not take again, in order and once', async () => {
    let failures = 20
    const failing: BackplaneFactory = <TEvent, TState>(host: Parameters<BackplaneFactory>[0]) => {
      const inner = memoryBackplane()<TEvent, TState>(host)
      const append: typeof inner.append = (...args) => {
        if (failures-- > 0) throw new Error('the log is away')
        return inner.append(...args)
      }
      return { ...inner, append }
    }
    await using server = await startWatched({ backplane: failing })
    const heard = await server.hear()
    const { telemetry, waiting, rejected } = collect()
    await using producer = createProducer({ url: server.url, backoff, telemetry })
    for (let n = 0; n < 200; n++) producer.status.info('c', `${n}`)
    await producer.status.span({ conversationId: 'c', category: 'tool', name: 'x' }, async (span) => span.progress(1))
    await producer.flush()
    await expect.poll(() => heard.updates.length, poll).toBe(203)
    expect(heard.updates.slice(0, 200).map(({ text }) => Number(text))).toEqual(
      Array.from({ length: 200 }, (_, n) => n),
    )
    expect(heard.states).toEqual(['x started', 'x running', 'x succeeded'])
    expect(waiting[0]).toMatchObject({ code: 'UNAVAILABLE' })
    expect(rejected).toEqual([])
  })

  it('with room for one open span refuses the second, and the ends that make room get through', async () => {
    await using server = await startWatched({ limits: { openSpansMax: 1 } })
    const heard = await server.hear()
    const { telemetry, rejected } = collect()
    await using producer = createProducer({ url: server.url, backoff, telemetry })
    const { status } = producer
    const start = (name: string) => status.startSpan({ conversationId: 'c', category: 'tool', name })
    const [first, second] = [start('first'), start('second')]
    await producer.flush()
    first.end()
    await producer.flush()
    second.update('still at work')
    second.end()
    await producer.flush()
    await expect
      .poll(() => heard.states, poll)
      .toEqual(['first started', 'first succeeded', 'second running', 'second succeeded'])
    expect(rejected).toMatchObject([{ category: 'tool', code: 'TOO_MANY_REQUESTS' }])
  })
})

function sumOf(counts: readonly { readonly [category: string]: number }[]): Record<string, number> {
  const sum: Record<string, number> = {}
  for (const one of counts) {
    for (const [category, count] of Object.entries(one)) sum[category] = (sum[category] ?? 0) + count
  }
  return sum
}
