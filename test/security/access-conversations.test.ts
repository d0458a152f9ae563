import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { exchange, requestText } from '../sse/raw-http.ts'
import { startServer } from '../support/live-server.ts'
import { openControl } from './support/control.ts'
import { openRaw, type RawSocket } from './support/raw-socket.ts'
import { answered, answerOf, codeOf, looking, publishing, reading, request } from './support/requests.ts'
import { type Guarded, startGuarded } from './support/server.ts'
import { byToken, sign } from './support/tokens.ts'

const patience = { timeout: 8_000, interval: 10 }

let server: Guarded
let raw: RawSocket
beforeAll(async () => {
  server = await startGuarded({ access: 'traps' })
})
afterAll(() => server[Symbol.asyncDispose]())

async function openAs(token: string): Promise<RawSocket> {
  const opened = await openRaw(server.port, { path: '/trpc?connectionParams=1' })
  opened.ask({ method: 'connectionParams', data: { token } })
  return opened
}
beforeEach(async () => {
  raw = await openAs('mallory')
  return async () => {
    raw.destroy()
    await server.control.lives()
  }
})

/** An answer without the number it was asked under. */
const withoutId = (answer: string): string => answer.replace(/^\{"id":\d+,/, '{')

it('A8: a conversation that somebody may not see looks the same whether it is there or not, to every procedure', async () => {
  await server.remote.say('secret-1', 3, 10)
  const before = await server.remote.size()
  const asks = [
    (id: string) => reading(id),
    (id: string) => reading(id, { from: 'snapshot' }),
    (id: string) => looking(id),
    (id: string) => request('query', 'status.snapshot', { conversationId: id }),
    (id: string) => request('subscription', 'status.presence', { conversationId: id }),
    (id: string) => publishing(id),
  ]
  for (const ask of asks) {
    const there = await answered(raw, ask('secret-1'))
    expect(codeOf(there)).toBe('NOT_FOUND')
    expect(withoutId(await answered(raw, ask('secret-2')))).toBe(withoutId(there))
    // A hook that throws or hangs says no in the same words.
    for (const trap of ['throw-1', 'reject-1', 'hang-1']) {
      expect(withoutId(await answered(raw, ask(trap)))).toBe(withoutId(there))
    }
  }
  const headers = { Authorization: 'Bearer mallory' }
  const overHttp = (id: string): Promise<string> => {
    const input = encodeURIComponent(JSON.stringify({ conversationId: id }))
    return exchange(server.port, requestText(`GET /trpc/status.history?input=${input}`, { headers }))
  }
  const withoutDate = (answer: string): string => answer.replace(/^date: .*\r\n/im, '')
  expect(withoutDate(await overHttp('secret-1'))).toBe(withoutDate(await overHttp('secret-2')))
  // Nothing was opened, and nothing read, for somebody who may not.
  expect(await server.remote.size()).toEqual(before)
})

it('A10: who may not publish cannot, by any procedure, and nobody says when, where or as whom', async () => {
  await using here = await startServer({ access: byToken() })
  await using control = await openControl({ url: here.url, token: await sign('control') })
  const viewer = await openRaw(Number(new URL(here.url).port), { path: '/trpc?connectionParams=1' })
  viewer.ask({
    method: 'connectionParams',
    data: { token: await sign('viewer', { claims: { actions: ['subscribe', 'history'] } }) },
  })
  expect(codeOf(await answered(viewer, publishing('c1')))).toBe('NOT_FOUND')
  const updates = [
    { conversationId: 'c1', category: 'info', text: 'said' },
    { conversationId: 'c1', shed: { info: 1 } },
  ]
  const many = await answered(viewer, request('mutation', 'status.publishMany', { updates }))
  expect(many.match(/"code":"NOT_FOUND"/g)).toHaveLength(2)
  expect(await answered(viewer, looking('c1'))).toContain('"updates":[]')
  viewer.destroy()
  await control.lives()
  const spoofed = {
    ...{ user_id: 'admin', userId: 'admin', actor: { id: 'admin' }, offset: 99, position: 'x.1.1', truncated: true },
    ...{ timestamp: '1970-01-01T00:00:00.000Z', at: 0, isFinal: true, epoch: 'mine', nonce: 7, dedupe: 'admin\0x' },
  }
  expect(codeOf(await answered(raw, publishing('stamped', spoofed)))).toBeNull()
  const { result } = JSON.parse(await answered(raw, looking('stamped')))
  const [update] = result.data.json.updates
  expect(Object.keys(update).toSorted()).toEqual([
    'category',
    'conversationId',
    'id',
    'metadata',
    'offset',
    'text',
    'timestamp',
  ])
  expect(update.offset).toBe(1)
  expect(Math.abs(Date.now() - Date.parse(update.timestamp))).toBeLessThan(60_000)
})

it('A10: an id keeps nobody else from saying something: it is idempotent for its own user alone', async () => {
  const grace = await openAs('grace')
  expect(codeOf(await answered(raw, publishing('ids', { id: 'same', text: 'of mallory' })))).toBeNull()
  expect(codeOf(await answered(grace, publishing('ids', { id: 'same', text: 'of grace' })))).toBeNull()
  expect(codeOf(await answered(raw, publishing('ids', { id: 'same', text: 'again' })))).toBeNull()
  const history = await answered(grace, looking('ids'))
  expect(history.match(/"text":"of (mallory|grace)"/g)).toHaveLength(2)
  expect(history).not.toContain('again')
  const span = { id: 's1', name: 'work', state: 'running', startedAt: new Date().toISOString() }
  expect(codeOf(await answered(grace, publishing('ids', { span })))).toBeNull()
  expect(codeOf(await answered(raw, publishing('ids', { span: { ...span, state: 'succeeded' } })))).toBe(
    'INVALID_INPUT',
  )
  expect(codeOf(await answered(grace, publishing('ids', { span: { ...span, state: 'lost' } })))).toBe('INVALID_INPUT')
  grace.destroy()
})

it('A11: categories are those of the contract, ten at most, and a refused choice leaves what is there', async () => {
  const first = reading('chosen', { categories: ['info'] })
  expect(await answered(raw, first)).toContain('"started"')
  const names = [
    'Info',
    'INFO',
    'info ',
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    '',
    'x'.repeat(64),
  ]
  for (const name of names) {
    const answer = codeOf(await answered(raw, reading('chosen', { categories: ['info', name] })))
    expect([name, answer]).toEqual([name, expect.stringMatching(/^(UNKNOWN_CATEGORY|INVALID_INPUT)$/)])
    expect(codeOf(await answered(raw, publishing('chosen', { category: name })))).toBe('UNKNOWN_CATEGORY')
  }
  const many = (count: number): string[] => Array.from({ length: count }, () => 'info')
  expect(codeOf(await answered(raw, reading('chosen', { categories: many(11) })))).toBe('TOO_MANY_REQUESTS')
  expect(codeOf(await answered(raw, reading('chosen', { categories: many(32) })))).toBe('INVALID_INPUT')
  for (const categories of ['info', { 0: 'info', length: 1 }, [1], [null], [['info']]])
    expect(codeOf(await answered(raw, reading('chosen', { categories })))).toBe('INVALID_INPUT')
  expect(await answered(raw, reading('chosen', { categories: many(10) }))).toContain('"started"')
  await answered(raw, publishing('chosen', { category: 'tool', text: 'not wanted' }))
  await answered(raw, publishing('chosen', { text: 'once each' }))
  await raw.until(() => raw.texts.join().split('"text":"once each"').length === 3)
  expect(raw.texts.join()).not.toContain('not wanted')
})

it('A12: who is there is said by the token alone, and what others are told of somebody is small', async () => {
  await using here = await startServer({
    access: { authenticate: ({ token }) => (token === null ? null : { userId: token }), authorize: () => true },
    presence: ({ userId }) =>
      userId === 'huge' ? { pad: 'x'.repeat(2_000) } : JSON.parse('{"name":"x","a":{"__proto__":1}}'),
  })
  await using control = await openControl({ url: here.url, token: 'control' })
  const port = Number(new URL(here.url).port)
  const spoof = {
    userId: 'admin',
    user: 'admin',
    info: { name: 'admin' },
    metas: [{ connectionId: 'x' }],
    conversationId: 'c1',
  }
  const sockets = []
  for (const token of ['mallory', 'huge']) {
    const own = await openRaw(port, { path: '/trpc?connectionParams=1' })
    own.ask({ method: 'connectionParams', data: { token } })
    expect(await answered(own, request('subscription', 'status.presence', spoof))).toContain('"started"')
    expect(await answered(own, request('subscription', 'status.subscribe', { ...spoof, from: 'live' }))).toContain(
      '"started"',
    )
    sockets.push(own)
  }
  const told = (): unknown => here.telltale.presence('c1').map(({ userId, info }) => ({ userId, info }))
  await vi.waitFor(() => expect(told()).toEqual([{ userId: 'huge' }, { userId: 'mallory' }]), patience)
  expect(sockets[0]?.texts.join()).not.toContain('admin')
  for (const own of sockets) own.destroy()
  await control.lives()
})

it('A13: nobody learns who is in a conversation that they may not see', async () => {
  const grace = await openAs('grace')
  await answered(grace, reading('room'))
  const asked = request('subscription', 'status.presence', { conversationId: 'room' })
  raw.ask(asked)
  await raw.hears('"grace"')
  for (const id of ['secret-room', 'secret-none', 'throw-room'])
    expect(codeOf(await answered(raw, request('subscription', 'status.presence', { conversationId: id })))).toBe(
      'NOT_FOUND',
    )
  grace.destroy()
})

it('A14: a place that was made up lets nobody in, and leads to a gap or to the truth, never to another conversation', async () => {
  await server.remote.say('secret-log', 5, 10)
  await answered(raw, publishing('mine', { text: 'first' }))
  const { result } = JSON.parse(await answered(raw, publishing('mine', { text: 'second' })))
  const [epoch = '', offset = '', nonce = ''] = String(result.data.json.position).split('.')
  const other = JSON.parse(await answered(raw, publishing('other', { text: 'of another' }))).result.data.json.position
  const made = [
    ...[
      other,
      `${epoch}.${offset}.1`,
      `${epoch}.zzzzzz.1`,
      `old.${offset}.${nonce}`,
      `${epoch}.-1.0`,
      `${epoch}.1e308.0`,
    ],
    ...[
      `${epoch}.0.5`,
      '',
      '.',
      '..',
      '...',
      `${epoch}.${offset}`,
      `${epoch}.${offset}.${nonce}.x`,
      '\n',
      '\0',
      '__proto__.1.1',
    ],
    ...[
      `${epoch}.${offset}.${nonce}\n`,
      `${epoch}\0.1.1`,
      '9007199254740993.9.9',
      `${epoch}.NaN.0`,
      'null',
      '{}',
      '💥.1.1',
    ],
  ]
  const random = fc.sample(fc.string({ unit: 'binary', maxLength: 60 }), { numRuns: 10, seed: 14 })
  for (const place of [...made, ...random]) {
    for (const input of [{ lastEventId: place }, { from: { after: place } }]) {
      expect(codeOf(await answered(raw, reading('secret-log', { from: 'live', ...input })))).toBe('NOT_FOUND')
      const asked = reading('mine', { from: 'snapshot', ...input })
      const first = await answered(raw, asked)
      expect([place, first.includes('"started"') || codeOf(first) === 'INVALID_INPUT']).toEqual([place, true])
      const mine = (): string => raw.texts.filter((text) => text.startsWith(`{"id":${asked.id},`)).join()
      if (first.includes('"started"')) await raw.until(() => /"type":"(gap|batch)"|"replaying":false/.test(mine()))
      raw.ask({ id: asked.id, method: 'subscription.stop' })
      await raw.until(() => !first.includes('"started"') || mine().includes('"stopped"'))
      expect(mine()).not.toContain('of another')
    }
  }
  expect(codeOf(await answered(raw, reading('mine', { lastEventId: 'x'.repeat(50_000) })))).toBe('INVALID_INPUT')
  // One that is in the future does not keep what is new from its reader.
  const future = reading('mine', { lastEventId: `${epoch}.zzzz.1` })
  expect(await answered(raw, future)).toContain('"started"')
  await answered(raw, publishing('mine', { text: 'third' }))
  await raw.hears('"third"')
})

it('A15: history comes in pages of at most 200, to those who may, for as long as they may', async () => {
  for (let batch = 0; batch < 4; batch++) await server.remote.say('long', 100, 10)
  for (const limit of [201, 1e9, -1, 0, 1.5, '200', null]) {
    const asked = request('query', 'status.history', { conversationId: 'long', limit })
    expect([limit, codeOf(await answered(raw, asked))]).toEqual([limit, 'INVALID_INPUT'])
  }
  const page = await answered(raw, looking('long', { limit: 200 }))
  expect(page.match(/"offset":/g)).toHaveLength(200)
  const startedAt = performance.now()
  const asked = Array.from({ length: 1_200 }, () => looking('long', { limit: 1 }))
  for (let batch = 0; batch < asked.length; batch += 100)
    raw.say(...asked.slice(batch, batch + 100).map((one) => JSON.stringify(one)))
  await server.control.during(answerOf(raw, asked.at(-1)?.id))
  await answered(raw, looking('long', { limit: 1 }))
  expect(performance.now() - startedAt).toBeGreaterThan(150)
})
