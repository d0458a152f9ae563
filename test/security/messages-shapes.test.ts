import { createTelltaleClient } from '@telltale/client'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { openChaosProxy } from '../support/chaos-proxy.ts'
import { openRaw, type RawSocket } from './support/raw-socket.ts'
import { answered, answerOf, codeOf, looking, publishing, reading, request } from './support/requests.ts'
import { type Guarded, startGuarded } from './support/server.ts'

const patience = { timeout: 9_000, interval: 10 }

let server: Guarded
let raw: RawSocket
beforeAll(async () => {
  server = await startGuarded({ limits: { malformedMax: 1_000 } })
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(async () => {
  raw = await openRaw(server.port)
  return async () => {
    raw.destroy()
    await server.control.lives()
  }
})

it('M1: input that is nested too deep is refused at any depth, before anything walks through it', async () => {
  const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
  for (const depth of [1, 10, 14]) {
    const asked = publishing('deep', { metadata: JSON.parse(nested(depth)) })
    expect(codeOf(await answered(raw, asked))).toBeNull()
  }
  for (const depth of [17, 18, 20, 100, 1_000, 5_000, 10_000]) {
    const asked = JSON.stringify(publishing('deep')).replace('"said"', `"said","metadata":${nested(depth)}`)
    raw.say(asked)
    expect(codeOf(await answerOf(raw, JSON.parse(asked).id))).not.toBeNull()
  }
  // Also where nobody would have looked.
  const beside = publishing('deep')
  raw.say(JSON.stringify(beside).replace('"said"', `"said","beside":${nested(100)}`))
  expect(await answerOf(raw, beside.id)).toContain('nested deeper than 16')
  for (const text of ['['.repeat(65_536), '[{"a":'.repeat(10_000), '['.repeat(1_000_000)]) {
    const other = await openRaw(server.port)
    other.say(text)
    await server.control.during(other.until(() => other.texts.length > 0 || other.closeCode === 1_009))
    other.destroy()
  }
})

it('M2: input that is wide, has long keys or the same key twice costs no more than its bytes', async () => {
  const wide = (count: number): object => Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, n]))
  expect(codeOf(await answered(raw, publishing('wide', { metadata: wide(1_000) })))).toBeNull()
  expect(codeOf(await answered(raw, publishing('wide', { metadata: wide(4_000) })))).toBe('PAYLOAD_TOO_LARGE')
  expect(codeOf(await answered(raw, publishing('wide', { metadata: { ['k'.repeat(20_000)]: 1 } })))).toBe(
    'PAYLOAD_TOO_LARGE',
  )
  const twice = JSON.stringify(publishing('twice')).replace('"said"', '"said","text":"said again"')
  raw.say(twice)
  expect(codeOf(await answerOf(raw, JSON.parse(twice).id))).toBeNull()
  expect(await answered(raw, looking('twice'))).toContain('"text":"said again"')
  raw.say(JSON.stringify(publishing('wide', { metadata: wide(100_000) })))
  expect(await server.control.during(raw.closed())).toBe(1_009)
})

it('M10: a batch of more than 128 requests is refused as a whole, one of 128 is answered', async () => {
  for (const count of [1, 127, 128]) {
    const batch = Array.from({ length: count }, () => request('query', 'status.categories'))
    raw.ask(...batch)
    await raw.until(() => batch.every(({ id }) => raw.messages.some((message) => message.id === id)))
    expect(raw.messages.every(({ error }) => error === undefined)).toBe(true)
  }
  const over = Array.from({ length: 129 }, () => publishing('over'))
  raw.ask(...over)
  expect(await answerOf(raw, over[0]?.id)).toContain('more than 128 requests')
  await answerOf(raw, over[128]?.id)
  expect(await answered(raw, looking('over'))).toContain('"updates":[]')
  raw.say(`[${'1,'.repeat(30_000)}1]`)
  await server.control.during(raw.until(() => raw.texts.at(-1)?.includes('more than 128 requests') ?? false))
})

it('M10: a client with 128 streams comes back whole from five drops in a row, and nothing of it is charged', async () => {
  const proxy = await openChaosProxy(server.port, Math.random)
  const backoff = { baseMs: 10, maxMs: 50 }
  await using client = createTelltaleClient({ url: proxy.url, transport: 'websocket', backoff })
  const errors: unknown[] = []
  const texts = new Map<string, number>()
  const streams = Array.from({ length: 128 }, (_, index) => {
    const conversationId = `many-${index}`
    const stream = client.status({ conversationId, from: 'live' })
    stream.subscribe({
      update: () => texts.set(conversationId, (texts.get(conversationId) ?? 0) + 1),
      error: (error) => errors.push(error),
    })
    return stream
  })
  const readers = async (count: number): Promise<void> =>
    vi.waitFor(async () => expect((await server.remote.size()).readers).toBe(count), patience)
  await readers(129)
  // A reader who asks for what is live has no place to come back to before it was told of one.
  const arePlaced = (): boolean => streams.every((stream) => stream.store.getSnapshot().position !== null)
  await server.control.during(vi.waitUntil(arePlaced, patience))
  for (let drop = 1; drop <= 5; drop++) {
    proxy.reset()
    await server.remote.sayInMany(128)
    const hasAll = (): boolean => texts.size === 128 && [...texts.values()].every((count) => count === drop)
    await server.control.during(vi.waitUntil(hasAll, patience))
  }
  expect(errors).toEqual([])
  await client.close()
  await proxy.close()
  await readers(1)
})

it('M11: good requests beside a bad one in a batch are answered, each by itself', async () => {
  const [first, second] = [request('query', 'status.categories'), request('query', 'status.categories')]
  raw.say(JSON.stringify([first, { id: 'bad', method: 'unheard' }, 5, null, [], { id: {} }, second]))
  expect(codeOf(await answerOf(raw, first.id))).toBeNull()
  expect(codeOf(await answerOf(raw, second.id))).toBeNull()
  expect(await answerOf(raw, 'bad')).toContain('"error"')
  expect(raw.messages.filter(({ id }) => id === null)).toHaveLength(4)
})

it('M12: an id that is long or no text or number is not echoed', async () => {
  const call = { method: 'query', params: { path: 'status.categories' } }
  for (const id of [0, -1, 1.5, 2 ** 53, 'x', 'x'.repeat(64)]) {
    raw.ask({ id, ...call })
    expect(await answerOf(raw, id)).toContain('"title"')
  }
  const ids: readonly unknown[] = ['x'.repeat(65), 'x'.repeat(40_000), {}, [], [1], true, { toString: 'x' }]
  const before = raw.texts.length
  for (const id of ids) raw.ask({ id, ...call })
  await raw.until(() => raw.texts.length === before + ids.length)
  const answers = raw.texts.slice(before)
  expect(answers.every((answer) => answer.includes('"id":null') && answer.length < 500)).toBe(true)
})

it('M13: ids used twice are refused, stops of nothing are nothing, and what is open is what was not stopped', async () => {
  const step = fc.record({ id: fc.integer({ min: 1, max: 4 }), isStop: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const own = await openRaw(server.port)
      const open = new Set<number>()
      let refused = 0
      for (const { id, isStop } of steps) {
        if (isStop) {
          own.ask({ id, method: 'subscription.stop' })
          open.delete(id)
        } else {
          own.ask({ ...reading('twice'), id })
          if (open.has(id)) refused++
          open.add(id)
        }
        // Each in its turn: a stop that overtakes is another test.
        await answered(own, request('query', 'status.categories'))
      }
      await vi.waitFor(async () => expect((await server.remote.size()).readers).toBe(open.size + 1), patience)
      expect(own.texts.filter((text) => text.includes('Duplicate id'))).toHaveLength(refused)
      own.destroy()
      await vi.waitFor(async () => expect((await server.remote.size()).readers).toBe(1), patience)
    }),
    { numRuns: 15 },
  )
})

it('M13: a stop that comes before its subscription has begun stops it, also in the same message', async () => {
  for (let round = 0; round < 20; round++) {
    const asked = reading('early')
    raw.ask(asked, { id: asked.id, method: 'subscription.stop' })
  }
  raw.ask(...Array.from({ length: 100 }, (_, index) => ({ id: index, method: 'subscription.stop' })))
  await answered(raw, request('query', 'status.categories'))
  await vi.waitFor(async () => expect((await server.remote.size()).readers).toBe(1), patience)
})

it('M14: a procedure that is not there is not found, whatever its name, and little of it is echoed', async () => {
  const names = [
    '',
    '.',
    'status',
    'status.',
    '__proto__',
    'constructor',
    'constructor.prototype',
    'toString',
    'status.__proto__',
  ]
  const more = [
    'status.publish.',
    'status.constructor',
    '_def',
    '_def.procedures',
    'status._def',
    'hasOwnProperty',
    '../trpc',
  ]
  for (const path of [...names, ...more, 'a'.repeat(60_000), 'status.'.repeat(5_000)]) {
    for (const method of ['query', 'mutation', 'subscription']) {
      const answer = await answered(raw, request(method, path, {}))
      expect([path.slice(0, 40), answer.includes('"NOT_FOUND"'), answer.length < 600]).toEqual([
        path.slice(0, 40),
        true,
        true,
      ])
    }
  }
})

it('M15: a procedure is called as what it is, or not at all', async () => {
  const input = { conversationId: 'other', category: 'info', text: 'said' }
  for (const [method, path] of [
    ['query', 'status.publish'],
    ['subscription', 'status.publish'],
    ['mutation', 'status.history'],
    ['subscription', 'status.history'],
    ['query', 'status.subscribe'],
    ['mutation', 'status.subscribe'],
    ['query', 'auth.refresh'],
  ] as const) {
    expect(codeOf(await answered(raw, request(method, path, input)))).toMatch(/NOT_FOUND|METHOD_NOT_SUPPORTED|INVALID/)
  }
  expect(await answered(raw, looking('other'))).toContain('"updates":[]')
  expect((await server.remote.size()).readers).toBe(1)
})
