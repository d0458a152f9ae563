import fc from 'fast-check'
import { expect, it } from 'vitest'
import { startServer } from '../support/live-server.ts'
import { openControl } from './support/control.ts'
import { openRaw } from './support/raw-socket.ts'
import { answered, codeOf, looking, publishing } from './support/requests.ts'
import { startGuarded } from './support/server.ts'

const unsafe = ['__proto__', 'constructor', 'prototype']

/** Whether JSON holds all of a value: then it has to come out as it went in. */
function isJson(value: unknown, depth = 1): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0)
  if (typeof value !== 'object' || depth > 14) return false
  if (Array.isArray(value)) return value.every((item) => isJson(item, depth + 1))
  if (Object.getPrototypeOf(value) !== Object.prototype) return false
  return Object.entries(value).every(([key, item]) => !unsafe.includes(key) && isJson(item, depth + 1))
}

it('M7: whatever our own producer says comes out as it went in, or is refused and ends nobody’s stream', async () => {
  await using here = await startServer()
  const { telltale, url } = here
  await using control = await openControl({ url, say: (id, text) => telltale.status.info(id, text) })
  const given = fc.sample(
    fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true }),
    {
      numRuns: 500,
      seed: 7,
    },
  )
  const never = [
    Number.NaN,
    Infinity,
    -Infinity,
    1n,
    new Map([[1, 2]]),
    () => 1,
    Symbol('x'),
    new Date(Number.NaN),
    new WeakMap(),
  ]
  const cyclic: Record<string, unknown> = {}
  cyclic['self'] = cyclic
  const traps = [
    Object.defineProperty({}, 'trap', {
      enumerable: true,
      get: () => {
        throw new Error('trap')
      },
    }),
    {
      toJSON: () => {
        throw new Error('trap')
      },
    },
    new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('trap')
        },
      },
    ),
  ]
  async function kept(value: unknown): Promise<unknown> {
    const before = await telltale.createCaller({ userId: 'u' }).status.history({ conversationId: 'any', limit: 1 })
    telltale.status.info('any', 'said', { value } as never)
    await telltale.flush()
    const { updates, head } = await telltale
      .createCaller({ userId: 'u' })
      .status.history({ conversationId: 'any', limit: 1 })
    return head === before.head ? 'refused' : updates[0]?.metadata['value']
  }
  for (const value of given) {
    const came = await kept(value)
    if (isJson(value)) expect([came]).toEqual([value])
  }
  for (const value of [...never, cyclic, ...traps]) expect(await kept(value)).toBe('refused')
  expect(Object.is(await kept(-0), 0)).toBe(true)
  expect(await kept(new Date(0))).toBe('1970-01-01T00:00:00.000Z')
  await control.lives()
})

it('M8: an update that cannot be encoded reaches no stream, and those beside it do', async () => {
  await using here = await startServer()
  const { telltale, url } = here
  await using control = await openControl({ url, say: (id, text) => telltale.status.info(id, text) })
  const poison = [
    {
      toJSON: () => {
        throw new Error('poison')
      },
    },
    { value: 2n },
    { deep: JSON.parse('['.repeat(20) + ']'.repeat(20)) },
  ]
  for (const metadata of poison) {
    telltale.status.info('healthy', 'poison', metadata as never)
    telltale.status.error('healthy', 'poison', metadata as never)
    await control.lives()
  }
  // It was read, and changed while it waited: what was copied counts.
  const later: { n: unknown } = { n: 1 }
  telltale.status.info('later', 'said', later as never)
  later.n = 2n
  await telltale.flush()
  const { updates } = await telltale.createCaller({ userId: 'u' }).status.history({ conversationId: 'later' })
  expect(updates[0]?.metadata).toEqual({ n: 1 })
})

it('M9: text counts by its encoded bytes: refused over the network, cut with a flag in process', async () => {
  await using server = await startGuarded()
  const raw = await openRaw(server.port)
  const tooLong = [
    '\u0000'.repeat(700),
    '"'.repeat(2_100),
    '€'.repeat(1_400),
    '😀'.repeat(1_100),
    'x'.repeat(4_095),
    '\u202e'.repeat(1_400),
  ]
  const fitting = [
    '\u0000'.repeat(680),
    '"'.repeat(2_040),
    '€'.repeat(1_360),
    '😀'.repeat(1_020),
    'x'.repeat(4_094),
    '\u202ebidi\u200b',
  ]
  for (const text of tooLong)
    expect(codeOf(await answered(raw, publishing('long', { text })))).toBe('PAYLOAD_TOO_LARGE')
  for (const text of fitting) expect(codeOf(await answered(raw, publishing('long', { text })))).toBeNull()
  const { result } = JSON.parse(await answered(raw, looking('long')))
  expect(result.data.json.updates.map(({ text }: { text: string }) => text)).toEqual(fitting)
  raw.destroy()
  await server.control.lives()
  await using here = await startServer()
  const { telltale } = here
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 5_000 }), async (text) => {
      telltale.status.info('cut', text)
      await telltale.flush()
      const { updates } = await telltale
        .createCaller({ userId: 'u' })
        .status.history({ conversationId: 'cut', limit: 1 })
      const kept = updates[0]?.text ?? ''
      expect([
        Buffer.byteLength(JSON.stringify(kept)) <= 4_096,
        kept.isWellFormed(),
        text.toWellFormed().startsWith(kept),
      ]).toEqual([true, true, true])
    }),
    { numRuns: 60 },
  )
})
