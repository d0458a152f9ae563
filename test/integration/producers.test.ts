import { createTelltale, type TelemetryEvents, TelltaleError } from '@telltale/server'
import { describe, expect, it, vi } from 'vitest'
import { createStockClient } from '../support/stock-client.ts'

type Rejection = TelemetryEvents['update.rejected']

function open() {
  const rejected: Rejection[] = []
  const truncated: TelemetryEvents['update.truncated'][] = []
  const telltale = createTelltale({
    telemetry: (name, event) => {
      if (name === 'update.rejected') rejected.push(event as Rejection)
      if (name === 'update.truncated') truncated.push(event as TelemetryEvents['update.truncated'])
    },
  })
  return { telltale, rejected, truncated }
}

describe('producers in the process', () => {
  it('drops and counts what does not fit the contract, and goes on', async () => {
    const { telltale, rejected } = open()
    const { status } = telltale
    const untyped = status as unknown as Record<string, (...args: unknown[]) => void>
    untyped['tool']?.('c', 'wrong shape', { tool: 5 })
    untyped['update']?.('c', 'nonsense', 'unknown category')
    untyped['tool']?.(undefined, 'no conversation')
    untyped['tool']?.('not an id!', 'malformed conversation')
    untyped['info']?.('c', 'not JSON', { big: 1n })
    untyped['info']?.('c', 'poison', JSON.parse('{"__proto__":{"polluted":true}}'))
    untyped['info']?.('c', 'too large', { pad: 'x'.repeat(20_000) })
    untyped['info']?.('c', { toString: () => { throw new Error('no text') } }) // biome-ignore format: one line a case
    status.info('c', 'fits')
    await telltale.flush()
    expect(rejected.map(({ reason }) => reason).sort()).toEqual(
      ['metadata', 'category', 'conversation', 'conversation', 'data', 'data', 'size', 'data'].sort(),
    )
    const { updates } = await telltale.createCaller({ userId: 'u' }).status.history({ conversationId: 'c' })
    expect(updates.map(({ text }) => text)).toEqual(['fits'])
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    await telltale.close()
  })

  it('cuts text that is too long, never through a character, and says so', async () => {
    const { telltale, truncated } = open()
    telltale.status.info('c', '😀'.repeat(3_000))
    await telltale.flush()
    const { updates } = await telltale.createCaller({ userId: 'u' }).status.history({ conversationId: 'c' })
    const [update] = updates
    expect(update?.truncated).toBe(true)
    expect(update?.text.isWellFormed()).toBe(true)
    expect(Buffer.byteLength(JSON.stringify(update?.text))).toBeLessThanOrEqual(4_096)
    expect(truncated).toMatchObject([{ category: 'info', limitBytes: 4_096 }])
    await telltale.close()
  })

  it('says what was true when it was said, whatever happens to the object later', async () => {
    const { telltale } = open()
    const metadata = { tool: 'web_search', nested: { n: 1 } }
    telltale.status.tool('c', 'Searching', metadata)
    metadata.tool = 'changed'
    metadata.nested.n = 2
    await telltale.flush()
    const { latest } = await telltale.createCaller({ userId: 'u' }).status.snapshot({ conversationId: 'c' })
    expect(latest.tool?.metadata).toEqual({ tool: 'web_search', nested: { n: 1 } })
    await telltale.close()
  })
})

describe('a flood', () => {
  it('about a conversation that cannot be leaves nothing behind, and one about another is announced', async () => {
    const telltale = createTelltale({ limits: { queueLimit: 2 } })
    const frames: string[] = []
    const done = (async () => {
      for await (const frame of telltale.subscribe({ conversationId: 'c', from: 'live' })) {
        frames.push(frame.type === 'gap' ? `gap ${frame.reason} ${frame.missed}` : frame.type)
        if (frame.type === 'batch') break
      }
    })()
    await vi.waitFor(() => expect(telltale.size().readers).toBe(1))
    for (let n = 0; n < 5; n++) telltale.status.info('no id!', `${n}`)
    for (let n = 0; n < 5; n++) telltale.status.info('c', `${n}`)
    await done
    expect(frames).toEqual(['ready', 'gap overflow 3', 'batch'])
    await telltale.close()
  })
})

describe('producers elsewhere', () => {
  it('get a typed error for each mistake, and nobody else is disturbed', async () => {
    const { telltale } = open()
    const { url } = await telltale.listen({ port: 0 })
    const client = createStockClient(url)
    const publish = (update: object) =>
      client.trpc.status.publish
        .mutate({ conversationId: 'c', category: 'tool', text: 't', ...update } as never)
        .catch((error) => error.data.telltale.code)
    expect(await publish({ metadata: { tool: 5 } })).toBe('INVALID_METADATA')
    expect(await publish({ category: 'nonsense' })).toBe('UNKNOWN_CATEGORY')
    expect(await publish({ conversationId: undefined })).toBe('INVALID_INPUT')
    expect(await publish({ conversationId: 'no id!' })).toBe('INVALID_INPUT')
    expect(await publish({ text: 'x'.repeat(5_000) })).toBe('PAYLOAD_TOO_LARGE')
    expect(await publish({ metadata: { pad: 'x'.repeat(20_000) } })).toBe('PAYLOAD_TOO_LARGE')
    expect(await publish({})).toMatchObject({ id: expect.any(String), position: expect.any(String) })
    expect(
      await client.trpc.status.publishMany.mutate({
        updates: [
          { conversationId: 'c', category: 'info', text: 'good' },
          { conversationId: 'c', category: 'info', text: 5 as never },
          { conversationId: 'c', category: 'nope' as never, text: 'bad' },
        ],
      }),
    ).toMatchObject({
      accepted: 1,
      rejected: [
        { index: 1, code: 'INVALID_INPUT' },
        { index: 2, code: 'UNKNOWN_CATEGORY' },
      ],
    })
    await client.close()
    await telltale.close()
  })

  it('are refused, not gapped, when the queue is full', async () => {
    const telltale = createTelltale({ limits: { queueLimit: 2 } })
    const caller = telltale.createCaller({ userId: 'u' })
    const update = (n: number) => ({ conversationId: 'c', category: 'info', text: `${n}` }) as const
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map((n) => caller.status.publish(update(n))))
    const reasons = outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.cause : null))
    expect(reasons.slice(0, 2)).toEqual([null, null])
    for (const reason of reasons.slice(2)) {
      expect(TelltaleError.isInstance(reason)).toBe(true)
      expect(reason).toMatchObject({ code: 'OVERLOADED', retryable: true })
    }
    await vi.waitFor(async () => {
      const { counts } = await caller.status.snapshot({ conversationId: 'c' })
      expect(counts).toEqual({ info: 2 })
    })
    await telltale.close()
  })

  it('are heard once under a name of their own, by identity and conversation', async () => {
    const telltale = createTelltale()
    const [me, you] = [telltale.createCaller({ userId: 'me' }), telltale.createCaller({ userId: 'you' })]
    const update = { conversationId: 'c', category: 'info', text: 'once', id: 'x' } as const
    const first = await me.status.publish(update)
    expect(await me.status.publish(update)).toEqual(first)
    expect((await you.status.publish(update)).position).not.toBe(first.position)
    expect((await me.status.publish({ ...update, conversationId: 'd' })).position).not.toBe(first.position)
    await telltale.close()
  })
})
