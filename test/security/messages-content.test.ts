import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { startServer } from '../support/live-server.ts'
import { openControl } from './support/control.ts'
import { openRaw, type RawSocket } from './support/raw-socket.ts'
import { answered, answerOf, codeOf, looking, publishing, request } from './support/requests.ts'
import { type Guarded, startGuarded } from './support/server.ts'

let server: Guarded
let raw: RawSocket
beforeAll(async () => {
  server = await startGuarded()
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(async () => {
  raw = await openRaw(server.port)
  return async () => {
    raw.destroy()
    await server.control.lives()
  }
})

const unsafe = ['__proto__', 'constructor', 'prototype']

it('M3: keys that could change a prototype are refused by name at any depth, and change none', async () => {
  const holding = (key: string): string[] => [
    `{"a":{"${key}":{"polluted":1}}}`,
    `{"a":[{"${key}":1}]}`,
    `{"a":{"b":{"c":[[{"d":{"${key}":null}}]]}}}`,
    `{"${key}":{"polluted":1}}`,
  ]
  for (const metadata of unsafe.flatMap(holding)) {
    const asked = publishing('keys')
    raw.say(JSON.stringify(asked).replace('"said"', () => `"said","metadata":${metadata}`))
    expect([metadata, codeOf(await answerOf(raw, asked.id))]).toEqual([metadata, 'INVALID_METADATA'])
  }
  expect(await answered(raw, looking('keys'))).toContain('"updates":[]')
})

it('M3: whatever a stranger sends, no object of the process gets a foreign prototype', async () => {
  await using here = await startServer()
  await using control = await openControl({ url: here.url })
  const own = await openRaw(Number(new URL(here.url).port))
  const key = fc.oneof(fc.constantFrom(...unsafe), fc.string({ maxLength: 4 }))
  const tree = fc.letrec((tie) => ({
    leaf: fc.oneof(fc.constant(1), fc.constant('x'), fc.constant(null)),
    list: fc.array(tie('any'), { maxLength: 3 }),
    object: fc.array(fc.tuple(key, tie('any')), { maxLength: 3 }).map((pairs) => ({ pairs })),
    any: fc.oneof({ depthSize: 'small' }, tie('leaf'), tie('list'), tie('object')),
  }))
  const toText = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(toText).join()}]`
    if (typeof value !== 'object' || value === null) return JSON.stringify(value)
    const { pairs } = value as { pairs: [string, unknown][] }
    return `{${pairs.map(([name, item]) => `${JSON.stringify(name)}:${toText(item)}`).join()}}`
  }
  await fc.assert(
    fc.asyncProperty(tree.object, async (metadata) => {
      const asked = publishing('trees')
      own.say(JSON.stringify(asked).replace('"said"', () => `"said","metadata":${toText(metadata)}`))
      await answerOf(own, asked.id)
      expect(['polluted' in {}, Object.keys(Object.prototype)]).toEqual([false, []])
    }),
    { numRuns: 200 },
  )
  const history = await answered(own, looking('trees'))
  expect(history).not.toMatch(/"(__proto__|constructor|prototype)":/)
  own.destroy()
  await control.lives()
})

/** What superjson would make of a text or a number that is annotated so. */
const annotations = ['Uint8Array', 'Float64Array', 'BigUint64Array'].map((name) => [['typed-array', name]])
const revived = [
  ...annotations,
  ['regexp'],
  ['Error'],
  ['bigint'],
  ['Date'],
  ['map'],
  ['set'],
  ['URL'],
  [['class', 'X']],
]

it.each([
  ['M4: a number that is to become an array of four billion', 4_000_000_000],
  ['M5: a text that is to become a pattern which never ends', '/(a+)+$/'],
  [
    'M5: an object that is to become an error with a stack of its own',
    { message: 'x', stack: 'at root (/etc/passwd:1:1)' },
  ],
  ['M6: digits that are to become a number of fifteen thousand places', '9'.repeat(15_000)],
])('%s stays what it is', async (name, value) => {
  const conversationId = name.slice(0, 2)
  const growth = await server.growth(async () => {
    for (const annotation of revived) {
      const json = { conversationId, category: 'info', text: 'said', metadata: { value } }
      const asked = request('mutation', 'status.publish', { json, meta: { values: { 'metadata.value': annotation } } })
      const startedAt = performance.now()
      expect(codeOf(await answered(raw, asked))).toBeNull()
      expect(performance.now() - startedAt).toBeLessThan(1_000)
    }
  })
  const history = await answered(raw, looking(conversationId, { limit: 1 }))
  expect(history).toContain(`"value":${JSON.stringify(value)}`)
  expect(growth).toBeLessThan(30_000_000)
})

it('M4: what stands beside the envelope that superjson knows is no input', async () => {
  const json = { conversationId: 'envelope', category: 'info', text: 'said' }
  for (const input of [{ json, more: 1 }, { json: [json] }, { json: null }, { meta: {} }, [json], null])
    expect(codeOf(await answered(raw, request('mutation', 'status.publish', input)))).toBe('INVALID_INPUT')
  const paths = Object.fromEntries(
    Array.from({ length: 1_200 }, (_, index) => [`a.b${index}.__proto__.x`, ['undefined']]),
  )
  const asked = request('mutation', 'status.publish', { json, meta: { values: paths } })
  expect(codeOf(await answered(raw, asked))).toBeNull()
})

it('M18: names of adversaries are checked in no time, wherever they stand', async () => {
  const hostile = [
    'a'.repeat(60_000),
    `${'a.'.repeat(30_000)}!`,
    `${'-'.repeat(60_000)}\n`,
    `${'0'.repeat(60_000)}.`,
    '\\'.repeat(30_000),
  ]
  for (const name of hostile) {
    const span = { id: name, name: 'x', state: 'running', startedAt: '2026-01-01T00:00:00Z' }
    for (const asked of [
      publishing(name),
      publishing('names', { category: name }),
      publishing('names', { spanId: name }),
      publishing('names', { span }),
      publishing('names', { span: { ...span, id: 's', startedAt: name } }),
      publishing('names', { producer: name }),
      looking('names', { before: name }),
      request('subscription', 'status.subscribe', { conversationId: 'names', from: { after: name } }),
      request('subscription', 'status.subscribe', { conversationId: 'names', replaces: name }),
      request('mutation', 'auth.refresh', { token: name }),
      request('mutation', 'status.publish', { json: {}, meta: { values: { [name]: ['undefined'] } } }),
    ]) {
      const startedAt = performance.now()
      expect(codeOf(await answered(raw, asked))).not.toBeNull()
      expect(performance.now() - startedAt).toBeLessThan(500)
    }
  }
  // Of each check by itself, without the way there and back.
  const { isTopicId, parsePosition } = await import('@telltale/contract')
  const startedAt = performance.now()
  for (const name of hostile) expect([isTopicId(name), parsePosition(name)]).toEqual([false, null])
  expect(performance.now() - startedAt).toBeLessThan(50)
})

it('M19: of messages that cannot be read twenty in ten seconds are answered, and one more is closed with 1008', async () => {
  raw.say(...Array.from({ length: 20 }, () => 'nonsense'))
  await raw.until(() => raw.texts.length === 20)
  expect(codeOf(await answered(raw, request('query', 'status.categories')))).toBeNull()
  raw.say('{"id":1,"method":"unheard"}')
  expect(await server.control.during(raw.closed())).toBe(1_008)
  const other = await openRaw(server.port)
  other.say(JSON.stringify(Array.from({ length: 100 }, () => 5)))
  expect(await server.control.during(other.closed())).toBe(1_008)
  expect(other.texts.length).toBeLessThanOrEqual(21)
  other.destroy()
})

it('M19: a flood of what cannot be read is over at once, and costs no memory', async () => {
  const growth = await server.growth(async () => {
    for (let round = 0; round < 10; round++) {
      const own = await openRaw(server.port)
      own.say(...Array.from({ length: 5_000 }, () => '{"id":'))
      expect(await own.closed()).toBe(1_008)
      expect(own.texts.length).toBeLessThanOrEqual(20)
      own.destroy()
    }
    await vi.waitFor(async () => expect((await server.remote.size()).connections).toBe(2))
  })
  expect(growth).toBeLessThan(20_000_000)
})

it('M19: nothing that is said after the server closed a connection is done', async () => {
  raw.say(...Array.from({ length: 30 }, () => 'nonsense'))
  expect(await raw.closed()).toBe(1_008)
  raw.ask(publishing('closed', { text: 'too late' }))
  const other = await openRaw(server.port)
  await vi.waitFor(() => expect(raw.isEnded).toBe(true), { timeout: 5_000 })
  expect(await answered(other, looking('closed'))).toContain('"updates":[]')
  other.destroy()
})
