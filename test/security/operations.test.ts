import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createTelltaleClient } from '@telltale/client'
import { formatTopic, isTopicId, parseTopic, type Topic } from '@telltale/contract'
import { systemClock } from '@telltale/server'
import fc from 'fast-check'
import { expect, it, vi } from 'vitest'
import { start } from '../cli/command.ts'
import { startScripted, startServer, untilStopped } from '../support/live-server.ts'
import { serve } from '../support/serve.ts'
import { createStockClient, record } from '../support/stock-client.ts'
import { openControl } from './support/control.ts'
import { openRaw } from './support/raw-socket.ts'
import { answered, codeOf, publishing, reading } from './support/requests.ts'

const patience = { timeout: 9_000, interval: 10 }
const root = join(import.meta.dirname, '../..')

it.each([1, 40, 150])(
  'B10: SIGTERM behind %s updates of a batch: all that was accepted is read, and it ends by itself',
  async (count) => {
    const server = await serve()
    const stock = createStockClient(server.url)
    const read = record(stock, { conversationId: 'c', from: 'live' })
    await vi.waitFor(() => expect(read.frames).toHaveLength(1), patience)
    const writer = await openRaw(server.port)
    const asked = Array.from({ length: 400 }, (_, index) => publishing('c', { text: `${index}` }))
    for (let batch = 0; batch < asked.length; batch += 50) writer.ask(...asked.slice(batch, batch + 50))
    const accepted = (): string[] =>
      writer.messages.flatMap(({ id, result }) => (result ? [`${asked.findIndex((one) => one.id === id)}`] : []))
    await writer.until(() => writer.texts.length >= count)
    const startedAt = performance.now()
    await server.stop('SIGTERM')
    expect([server.exitCode, performance.now() - startedAt < 10_000]).toEqual([0, true])
    await writer.until(() => writer.isEnded)
    const texts = read.updates.map(({ text }) => text)
    expect(accepted().length).toBeGreaterThanOrEqual(count)
    expect(accepted().filter((text) => !texts.includes(text))).toEqual([])
    expect([read.gaps, new Set(texts).size]).toEqual([[], texts.length])
    await stock.close()
    writer.destroy()
  },
)

it('B13: wall clocks that differ and step change no order, lose nothing and end nothing', async () => {
  let shiftMs = 0
  await using server = await startServer({ clock: { ...systemClock, now: () => Date.now() + shiftMs } })
  await using control = await openControl({ url: server.url })
  await using client = createTelltaleClient({
    url: server.url,
    transport: 'websocket',
    backoff: { baseMs: 1, maxMs: 5 },
  })
  const texts: string[] = []
  const gaps: unknown[] = []
  const stream = client.status({ conversationId: 'c' })
  stream.subscribe({ update: ({ text }) => texts.push(text), gap: (gap) => gaps.push(gap) })
  const steps = [0, 300_000, -300_000, 290_000, -299_000, 0]
  for (const [index, step] of steps.entries()) {
    await vi.waitFor(() => expect(stream.store.getSnapshot().integrity).toBe('live'), patience)
    shiftMs = step
    await control.lives()
    server.telltale.status.info('c', `${index}`)
    await vi.waitFor(() => expect(texts).toHaveLength(index + 1), patience)
  }
  expect([texts, gaps]).toEqual([steps.map((_, index) => `${index}`), []])
  const offsets = (): number[] => stream.store.getSnapshot().updates.map(({ offset }) => offset)
  await vi.waitFor(() => expect(offsets()).toEqual(steps.map((_, index) => index + 1)), patience)
})

it('B14: a newer client’s fields are passed over by the server, and the first frame says which protocol it speaks', async () => {
  await using server = await startServer()
  await using control = await openControl({ url: server.url })
  const raw = await openRaw(Number(new URL(server.url).port))
  const asked = reading('c', { compression: 'zstd', future: { nested: [1] }, from: 'live' })
  const newer = { ...asked, trace: 'x', params: { ...asked.params, priority: 1 } }
  expect(codeOf(await answered(raw, newer))).toBeNull()
  await raw.until(() => raw.texts.some((text) => /"type":"ready".*"protocol":\d/.test(text)))
  expect(codeOf(await answered(raw, publishing('c', { future: true })))).toBeNull()
  await raw.hears('"said"')
  raw.destroy()
  await control.lives()
})

it('B14: a newer server’s frames and fields do not end an older client’s stream', async () => {
  const ready = {
    type: 'ready',
    streamId: 's',
    from: 'e.0.0',
    head: 'e.0.0',
    replaying: false,
    protocol: 99,
    future: {},
  }
  const update = { id: 'u1', offset: 1, conversationId: 'c', category: 'info', text: 'said', metadata: {}, future: [1] }
  const at = { timestamp: new Date(0).toISOString() }
  await using server = await startScripted(async function* (_asked, signal) {
    yield ['e.0.0', { ...ready, categories: ['info'], available: ['info'], serverTime: at.timestamp }]
    yield ['e.0.0', { type: 'hologram', after: 'e.0.0', payload: 'x' }]
    yield ['e.1.1', { type: 'batch', after: 'e.0.0', updates: [{ ...update, ...at }], future: null }]
    await untilStopped(signal)
  })
  await using client = createTelltaleClient({ url: server.url, transport: 'websocket' })
  const texts: string[] = []
  const faults: unknown[] = []
  const stream = client.status({ conversationId: 'c' })
  stream.subscribe({
    update: ({ text }) => texts.push(text),
    error: (error) => faults.push(error),
    gap: (gap) => faults.push(gap),
  })
  await vi.waitFor(() => expect(texts).toEqual(['said']), patience)
  expect([faults, server.asked.length]).toEqual([[], 1])
})

it('B15: what speaks for us on the wire is pinned to the version that was tested, and the lockfile has it', () => {
  const workspace = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8')
  const lockfile = readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8')
  for (const name of ['@trpc/client', '@trpc/server', 'ws', 'jose', 'superjson', 'zod', 'rate-limiter-flexible']) {
    const [, version] = new RegExp(`^ +"?${name}"?: (\\S+)$`, 'm').exec(workspace) ?? []
    expect([name, version]).toEqual([name, expect.stringMatching(/^\d+\.\d+\.\d+$/)])
    expect(lockfile).toContain(`${name}@${version}`)
  }
  // From this version on `ws` counts the pieces of a message, and answers no more pings than are read.
  const [, minor = '0'] = /^ +ws: 8\.(\d+)\./m.exec(workspace) ?? []
  expect(Number(minor)).toBeGreaterThanOrEqual(23)
  expect(readFileSync(join(root, 'packages/server/package.json'), 'utf8')).toMatch(/"ws": "catalog:/)
})

const hostile = [
  'first\r\nsecond: forged',
  '\u001b[2J\u001b]0;title\u0007\u001b[31mred',
  'line\u2028and\u2029paragraph',
  '\u009b31m\u0000\u0008\u007f',
  '{"type":"update","update":{"text":"forged"}}',
  '\u202Ereversed\u2066isolated',
  '%0d%0aencoded',
]

it.each([
  ['for people', []],
  ['as JSON', ['--json']],
])('J2: an update is one line and no more, %s, and moves no cursor', async (_name, options) => {
  await using server = await startServer()
  await using control = await openControl({ url: server.url })
  const tail = start(['tail', 'c', '--url', server.url, ...options])
  await tail.tells('connected')
  for (const [index, text] of hostile.entries()) {
    server.telltale.status.info('c', `${index} ${text}`, { [text]: text, nested: { [text]: [text] } })
  }
  server.telltale.status.error('c', 'the last', { message: hostile.join(''), type: hostile[0] ?? '' })
  await tail.prints('the last')
  expect(tail.lines).toHaveLength(hostile.length + 1)
  expect(tail.lines.join('')).not.toMatch(/\p{Cc}|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u)
  await control.lives()
})

it('J3: what a spreadsheet or Markdown would act on comes out as it went in, and is nothing but text here', async () => {
  const acting = [
    '=cmd|" /C calc"!A0',
    '+1+1',
    '@SUM(A1)',
    '[x](javascript:alert(1))',
    '![](http://evil.example/x.png)',
    '`code`',
  ]
  await using server = await startServer()
  await using control = await openControl({ url: server.url })
  const tail = start(['tail', 'c', '--url', server.url, '--json'])
  await tail.tells('connected')
  for (const text of acting) server.telltale.status.info('c', text)
  await tail.printsLines(acting.length)
  expect(tail.events.map(({ update }) => update.text)).toEqual(acting)
  await control.lives()
})

it('J5: the name of a log says exactly one kind and one conversation, whatever the conversation is called', () => {
  const kind = fc.stringMatching(/^[a-z]{1,8}$/)
  const id = fc.stringMatching(/^[A-Za-z0-9_.:@-]{1,128}$/)
  fc.assert(
    fc.property(kind, id, (kindName, idName) => {
      expect(parseTopic(formatTopic(kindName, idName))).toEqual({ kind: kindName, id: idName })
    }),
  )
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 140 }), (text) => {
      const isFit = /^[A-Za-z0-9_.:@-]{1,128}$/.test(text) && !text.endsWith('\n')
      expect(isTopicId(text)).toBe(isFit)
    }),
  )
  for (const name of [
    'a\r\nb',
    'a b',
    '{tag}',
    '*',
    'a*',
    'a\0',
    'a/b',
    'a\n',
    '',
    'é',
    'a'.repeat(129),
    'a\u2028',
    '$',
    '?',
    '[a]',
  ])
    expect(() => formatTopic('status', name)).toThrow('not an id')
  expect(parseTopic('status:a:b' as Topic)).toEqual({ kind: 'status', id: 'a:b' })
})
