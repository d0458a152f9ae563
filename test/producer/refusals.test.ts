import { createProducer, type ProducerEvents, TelltaleError } from '@telltale/client/producer'
import type { JsonObject } from '@telltale/contract'
import { describe, expect, it } from 'vitest'
import { isPublish, openMessageProxy } from './message-proxy.ts'
import { startWatched } from './watched.ts'

const backoff = { baseMs: 5, maxMs: 20 }
const poll = { timeout: 30_000 }

type Rejection = ProducerEvents['producer.rejected']

function collect() {
  const rejected: Rejection[] = []
  const events: string[] = []
  return {
    rejected,
    events,
    telemetry: <TName extends keyof ProducerEvents>(name: TName, event: ProducerEvents[TName]): void => {
      events.push(name)
      if (name === 'producer.rejected') rejected.push(event as Rejection)
    },
  }
}

/** A value that is nested so deep. */
function nested(depth: number): JsonObject {
  return depth === 1 ? {} : { inner: nested(depth - 1) }
}

describe('what cannot be accepted', () => {
  it('is told, each with its reason, and nothing that was said around it is touched', async () => {
    await using server = await startWatched()
    const heard = await server.hear()
    const { telemetry, rejected } = collect()
    await using producer = createProducer({ url: server.url, backoff, telemetry })
    const { status } = producer
    const anything = (...args: unknown[]): void =>
      (status as unknown as { update(...given: unknown[]): void }).update(...args)
    const hostile: [code: string, ...args: unknown[]][] = [
      ['UNKNOWN_CATEGORY', 'c', 'nonsense', 'x'],
      ['UNKNOWN_CATEGORY', 'c', '__proto__', 'x'],
      ['INVALID_INPUT', 'not an id!', 'info', 'x'],
      ['INVALID_INPUT', 'x'.repeat(100_000), 'info', 'x'],
      ['INVALID_INPUT', undefined, 'info', 'x'],
      ['INVALID_METADATA', 'c', 'tool', 'x', { tool: 5 }],
      ['INVALID_METADATA', 'c', 'info', 'x', { big: 1n }],
      ['INVALID_METADATA', 'c', 'info', 'x', JSON.parse('{"__proto__":{"polluted":true}}')],
      ['INVALID_METADATA', 'c', 'info', 'x', nested(15)],
      ['PAYLOAD_TOO_LARGE', 'c', 'info', 'x', { pad: 'x'.repeat(17_000) }],
      ['PAYLOAD_TOO_LARGE', 'c', 'info', 'x', {}, { key: 'x'.repeat(40_000) }],
      ['INVALID_INPUT', 'c', 'info', 'x', {}, { key: 'x'.repeat(129) }],
      ['INVALID_INPUT', 'c', 'info', 'x', {}, { spanId: 'no id!' }],
    ]
    for (const [index, [, ...args]] of hostile.entries()) {
      status.info('c', `before ${index}`)
      anything(...args)
    }
    status.info('c', 'deep', nested(14))
    status.info('c', '\ud800 half', { '\udfff': '\ud800' })
    status.info('c', 'last')
    await producer.flush()
    await expect.poll(() => heard.updates.length, poll).toBe(hostile.length + 3)
    expect(heard.updates.map(({ text }) => text)).toEqual([
      ...hostile.map((_, index) => `before ${index}`),
      'deep',
      '\ufffd half',
      'last',
    ])
    expect(rejected.map(({ code }) => code).sort()).toEqual(hostile.map(([code]) => code).sort())
  })

  it('never keeps a span from ending: what it said before stays, and its end is told', async () => {
    await using server = await startWatched()
    const heard = await server.hear()
    const { telemetry, rejected } = collect()
    await using producer = createProducer({ url: server.url, backoff, telemetry })
    const { status } = producer
    const options = { conversationId: 'c', category: 'tool', metadata: { tool: 'search' } } as const
    status.startSpan({ ...options, name: 'large' }).end('done', { pad: 'x'.repeat(17_000) })
    status.startSpan({ ...options, name: 'misfit' }).end('done', { tool: 5 as never })
    status.startSpan({ ...options, name: 'deep' }).end('done', { deep: nested(15) })
    status.startSpan({ conversationId: 'c', category: 'info', name: 'bare' }).end('done', { pad: 'x'.repeat(17_000) })
    await producer.flush()
    await expect
      .poll(() => heard.states, poll)
      .toEqual([
        'large started',
        'large succeeded',
        'misfit started',
        'misfit succeeded',
        'deep started',
        'deep succeeded',
        'bare started',
        'bare succeeded',
      ])
    expect(heard.updates.map(({ metadata }) => metadata)).toEqual(
      heard.updates.map(({ category }) => (category === 'info' ? {} : { tool: 'search' })),
    )
    expect(rejected.map(({ code }) => code)).toEqual(['PAYLOAD_TOO_LARGE', 'INVALID_METADATA', 'PAYLOAD_TOO_LARGE'])
  })

  it('in a message that is refused as a whole is found, and the rest goes on', async () => {
    // A server that takes less than others do: its limit is of the whole message.
    await using server = await startWatched({ limits: { jsonDepthMax: 8 } })
    const heard = await server.hear()
    const { telemetry, rejected } = collect()
    await using producer = createProducer({ url: server.url, backoff, telemetry })
    for (let n = 0; n < 100; n++) producer.status.info('c', `${n}`, n === 37 ? nested(10) : {})
    await producer.flush()
    await expect.poll(() => heard.updates.length, poll).toBe(99)
    expect(heard.updates.map(({ text }) => Number(text))).toEqual(
      Array.from({ length: 100 }, (_, n) => n).filter((n) => n !== 37),
    )
    expect(rejected).toMatchObject([{ category: 'info', code: 'INVALID_INPUT' }])
  })

  it('is a conversation it may not speak in; the others hear everything', async () => {
    const access = {
      authenticate: () => ({ userId: 'u' }),
      authorize: (_identity: unknown, _action: string, conversationId: string) => conversationId !== 'secret',
    }
    await using server = await startWatched({ access })
    const heard = await server.hear()
    const { telemetry, rejected } = collect()
    await using producer = createProducer({ url: server.url, backoff, telemetry })
    for (let n = 0; n < 10; n++) {
      producer.status.info('secret', `${n}`)
      producer.status.info('c', `${n}`)
    }
    await producer.flush()
    await expect.poll(() => heard.updates.length, poll).toBe(10)
    expect(rejected).toHaveLength(10)
    expect(new Set(rejected.map(({ code }) => code))).toEqual(new Set(['NOT_FOUND']))
  })
})

describe('what goes over the wire', () => {
  it('stays below 64 KiB however much is said, and a text that is too long is cut', async () => {
    await using server = await startWatched()
    await using proxy = await openMessageProxy(server.url)
    const heard = await server.hear()
    const { telemetry, rejected } = collect()
    await using producer = createProducer({ url: proxy.url, backoff, telemetry })
    const pad = '"\u{1f600}é\n'.repeat(1_020)
    for (let n = 0; n < 100; n++) producer.status.info('c', '\u{1f600}é"'.repeat(2_000), { pad })
    await producer.flush()
    await expect.poll(() => heard.updates.length, poll).toBe(100)
    expect(rejected).toEqual([])
    const sizes = proxy.asked.map((text) => Buffer.byteLength(text))
    expect(Math.max(...sizes)).toBeLessThan(65_536)
    expect(Math.max(...sizes)).toBeGreaterThan(30_000)
    for (const { text } of heard.updates) {
      expect(text.endsWith('…') && text.isWellFormed()).toBe(true)
      expect(Buffer.byteLength(JSON.stringify(text))).toBeGreaterThan(4_080)
    }
  })
})

describe('a producer whom the server does not know', () => {
  const onlyGood = {
    authenticate: ({ token }: { token: string | null }) => (token === 'good' ? { userId: 'u' } : null),
    authorize: () => true,
  }

  it('stops, says what it could not deliver, and does not hammer', async () => {
    await using server = await startWatched({ access: onlyGood })
    await using proxy = await openMessageProxy(server.url)
    const { telemetry, events } = collect()
    await using producer = createProducer({ url: proxy.url, token: 'bad', backoff, telemetry })
    const span = producer.status.startSpan({ conversationId: 'c', category: 'tool', name: 'x' })
    for (let n = 0; n < 9; n++) producer.status.info('c', `${n}`)
    await producer.flush()
    expect(producer.connection.getSnapshot()).toBe('closed')
    expect(events).toEqual(['producer.undelivered'])
    expect(span.state).toBe('lost')
    producer.status.info('c', 'later')
    span.end()
    await producer.flush()
    expect(events).toEqual(['producer.undelivered', 'producer.undelivered'])
    expect(producer.size().queued).toBe(0)
    expect(proxy.connections).toBeLessThanOrEqual(2)
  })

  it('is let in by a token that is a text, or by one that is asked for before every connect', async () => {
    await using server = await startWatched({ access: onlyGood })
    await using proxy = await openMessageProxy(server.url)
    const heard = await server.hear()
    let asked = 0
    const token = async (): Promise<string> => {
      asked++
      return 'good'
    }
    await using one = createProducer({ url: proxy.url, token: 'good', backoff })
    one.status.info('c', 'a text')
    await one.flush()
    await using two = createProducer({ url: proxy.url, token, backoff })
    two.status.info('c', 'a function')
    await two.flush()
    proxy.cut()
    two.status.info('c', 'asked again')
    await two.flush()
    await expect
      .poll(() => heard.updates.map(({ text }) => text), poll)
      .toEqual(['a text', 'a function', 'asked again'])
    expect(asked).toBe(2)
    expect(proxy.asked.filter(isPublish)).toHaveLength(3)
  })
})

describe('an option that cannot be', () => {
  it('is refused at once', () => {
    const create = (more: object) => () => createProducer({ url: 'ws://127.0.0.1:1/trpc', ...more })
    expect(create({ queueLimit: 0 })).toThrow(TelltaleError)
    expect(create({ requestTimeoutMs: -1 })).toThrow('requestTimeoutMs must be positive, not -1')
  })
})
