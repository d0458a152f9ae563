import { defaultCategories, defineContract } from '@telltale/contract'
import { createTelltale } from '@telltale/server'
import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { openTold } from './told.ts'

/** The face as a caller without types sees it. */
type Untyped = Record<string, (...args: unknown[]) => unknown>
const untyped = (value: object): Untyped => value as Untyped
const tool = (name: string) => ({ conversationId: 'c', category: 'tool', name }) as const

const noText = {
  toString() {
    throw new Error('no text')
  },
}
const trap = (key: string): object =>
  Object.defineProperty({}, key, {
    enumerable: true,
    get() {
      throw new Error('do not look')
    },
  })

describe('metadata that does not fit', () => {
  it.each([
    ['no JSON', { tool: 1n }, 'data'],
    ['a getter that throws', trap('tool'), 'data'],
    ['no object', ['web_search'], 'data'],
    ['another type', { tool: 5 }, 'metadata'],
    ['too much', { pad: 'x'.repeat(20_000) }, 'size'],
    ['far too much', { pad: 'x'.repeat(100_000) }, 'data'],
  ] as const)(
    '%s never keeps a span running: update and end are told without it, and it is counted',
    async (_what, metadata, reason) => {
      await using told = await openTold()
      const updated = told.status.startSpan({ ...tool('updated'), metadata: { tool: 'web_search' } })
      updated.update('reading', metadata as never)
      updated.end('read')
      const ended = told.status.startSpan({ ...tool('ended'), metadata: { tool: 'web_search' } })
      ended.end('read', metadata as never)
      const spans = (await told.updates()).filter(({ span }) => span !== undefined)
      expect(spans.map(({ text, span, metadata: told }) => [span?.name, span?.state, text, told])).toEqual([
        ['updated', 'started', 'updated', { tool: 'web_search' }],
        ['updated', 'running', 'reading', { tool: 'web_search' }],
        ['updated', 'succeeded', 'read', { tool: 'web_search' }],
        ['ended', 'started', 'ended', { tool: 'web_search' }],
        ['ended', 'succeeded', 'read', { tool: 'web_search' }],
      ])
      expect(told.rejected.length).toBeGreaterThanOrEqual(2)
      expect(new Set(told.rejected.map((rejection) => rejection.reason))).toEqual(new Set([reason]))
      expect(told.telltale.size().openSpans).toBe(0)
      expect(told.failed).toEqual([])
    },
  )

  it('at the start, and no JSON at all, is left out and counted; the span is told', async () => {
    await using told = await openTold()
    told.status.span({ ...tool('bare'), metadata: { tool: () => 'x' } as never }, (span) =>
      span.update('on', { query: 'q' }),
    )
    expect(await told.states()).toEqual(['bare started', 'bare running', 'bare succeeded'])
    expect((await told.updates()).map(({ metadata }) => metadata)).toEqual([{}, { query: 'q' }, { query: 'q' }])
    expect(told.rejected).toMatchObject([{ reason: 'data', category: 'tool' }])
  })

  it('at the start, of another type, keeps the span from being told at all, and its work goes on', async () => {
    const contract = defineContract({
      categories: { ...defaultCategories, retrieval: z.object({ chunks: z.number() }) },
    })
    const rejected: string[] = []
    await using telltale = createTelltale({
      contract,
      telemetry: (name, event) => {
        if (name === 'update.rejected' && 'reason' in event) rejected.push(event.reason)
      },
    })
    const start = {
      conversationId: 'c',
      category: 'retrieval',
      name: 'search',
      metadata: { chunks: 'many' as never },
    } as const
    expect(telltale.status.span(start, () => 'found')).toBe('found')
    await telltale.flush()
    const { updates } = await telltale.createCaller({ userId: 'u' }).status.history({ conversationId: 'c' })
    expect([updates, rejected, telltale.size().openSpans]).toEqual([[], ['metadata', 'metadata', 'metadata'], 0])
    const span = telltale.status.startSpan(start)
    span.update('found some', { chunks: 3 })
    await telltale.flush()
    const { latest } = await telltale.createCaller({ userId: 'u' }).status.snapshot({ conversationId: 'c' })
    expect(latest.retrieval).toMatchObject({ text: 'found some', metadata: { chunks: 3 }, span: { state: 'running' } })
  })

  it('is what was true when it was said: later changes of the object do not show', async () => {
    await using told = await openTold()
    const metadata = { tool: 'web_search', nested: { n: 1 } }
    const span = told.status.startSpan({ ...tool('copied'), metadata })
    metadata.nested.n = 2
    const more = { query: 'a' }
    span.update('on', more)
    more.query = 'b'
    span.end()
    expect((await told.updates()).map((update) => update.metadata)).toEqual([
      { tool: 'web_search', nested: { n: 1 } },
      { tool: 'web_search', nested: { n: 1 }, query: 'a' },
      { tool: 'web_search', nested: { n: 1 }, query: 'a' },
    ])
  })
})

describe('a span that cannot be', () => {
  it.each([
    ['an unknown category', { ...tool('x'), category: 'nonsense' }],
    ['an impossible conversation', { ...tool('x'), conversationId: 'no id!' }],
    ['no conversation', { category: 'tool', name: 'x' }],
    ['a conversation that is a symbol', { ...tool('x'), conversationId: Symbol('c') }],
    ['a category that throws', { ...tool('x'), category: noText }],
    ['no options', undefined],
    ['options that throw', trap('category')],
  ])('runs its work and is told to telemetry: %s', async (_what, options) => {
    await using told = await openTold()
    expect(untyped(told.status)['span']?.(options, () => 'value')).toBe('value')
    told.status.info('c', 'an innocent one beside it')
    expect((await told.updates()).map(({ text }) => text)).toEqual(['an innocent one beside it'])
    expect(told.rejected).toHaveLength(2)
    expect(told.failed).toEqual([])
  })

  it.each([
    ['a name that throws', { ...tool('x'), name: noText }, 'tool'],
    ['no name', { conversationId: 'c', category: 'tool' }, 'tool'],
    ['a number for a name', { ...tool('x'), name: 7 }, '7'],
    ['a text that throws', { ...tool('x'), text: noText }, 'x'],
    ['a parent that is none', { ...tool('x'), parentId: { id: 1n } }, 'x'],
  ])('is told as far as it can be: %s', async (_what, options, name) => {
    await using told = await openTold()
    expect(untyped(told.status)['span']?.(options, () => 'value')).toBe('value')
    const spans = (await told.updates()).map(({ span, text }) => [span?.name, span?.state, text, span?.parentId])
    expect(spans).toEqual([
      [name, 'started', name, undefined],
      [name, 'succeeded', name, undefined],
    ])
    expect([told.rejected, told.failed]).toEqual([[], []])
  })

  it('has no name over 128 characters, and none that ends in half a character', async () => {
    await using told = await openTold()
    for (const name of ['x'.repeat(126) + '😀'.repeat(5), '\ud83d', 'x'.repeat(128)])
      told.status.span(tool(name), () => 1)
    const names = (await told.updates()).map(({ span }) => span?.name ?? '')
    expect(new Set(names)).toEqual(new Set([`${'x'.repeat(126)}…`, '\ufffd', 'x'.repeat(128)]))
  })
})

describe('a span that there is no room for', () => {
  it('is refused and counted up to its end, which is told; its work goes on', async () => {
    await using told = await openTold({ limits: { openSpansMax: 2 } })
    const [first] = ['first', 'second'].map((name) => told.status.startSpan(tool(name)))
    const work = (span: { update(text: string): void; readonly state: string }): string => {
      span.update('on')
      return span.state
    }
    expect(told.status.span(tool('third'), work)).toBe('running')
    expect(await told.states()).toEqual(['first started', 'second started', 'third succeeded'])
    expect(told.rejected.map(({ reason }) => reason)).toEqual(['span', 'span'])
    first?.end()
    await told.telltale.flush()
    told.status.startSpan(tool('fourth'))
    expect((await told.states()).slice(3)).toEqual(['first succeeded', 'fourth started'])
    expect(told.telltale.size().openSpans).toBe(2)
  })
})

describe('a call with anything', () => {
  const anything = [
    undefined,
    null,
    Number.NaN,
    1n,
    Symbol('s'),
    noText,
    trap('current'),
    Object.create(null),
    [],
    () => 1,
  ]
  const methods = ['update', 'progress', 'retrying', 'waiting', 'fallback', 'end', 'fail', 'cancel'] as const

  it.each(methods)('of a span’s %s throws nothing, and the span ends', async (method) => {
    await using told = await openTold()
    for (const first of anything) {
      for (const second of anything) {
        const span = told.status.startSpan(tool(method))
        untyped(span)[method]?.(first, second, second)
        span.end()
      }
    }
    await told.telltale.flush()
    const { spans } = await told.telltale.createCaller({ userId: 'u' }).status.snapshot({ conversationId: 'c' })
    expect([spans.tool?.open, told.telltale.size().openSpans, told.failed]).toEqual([[], 0, []])
  })

  it('of anything else throws nothing, and spoils nothing that was said beside it', async () => {
    await using told = await openTold()
    const face = untyped(told.status)
    const bound = untyped(told.status.in('c'))
    for (const what of [...anything, trap('spanId'), trap('category'), [null], [trap('text')]]) {
      face['info']?.('c', 'options', {}, what)
      face['bulkUpdate']?.('c', what)
      face['withTiming']?.('c', 'tool', 'took', what, what, what)
      face['progressPercentage']?.('c', 'far', what, what, what)
      face['maybeUpdate']?.('c', what, what, what, what, what)
      face['update']?.(what, what, what, what, what)
      bound['bulkUpdate']?.(what)
      bound['update']?.(what, what, what, what)
    }
    for (const key of ['id', 'key', 'priority', 'spanId', 'span']) {
      for (const value of [5, 1n, {}, Symbol('s'), noText, null]) face['info']?.('c', 'options', {}, { [key]: value })
    }
    expect(told.failed).toEqual([])
    const said = (await told.updates()).filter(({ text }) => text === 'options')
    expect(said).toHaveLength(14 + 5 * 6)
    for (const update of said) {
      expect(update.id).toEqual(expect.any(String))
      for (const key of ['key', 'priority', 'spanId', 'span']) expect(update).not.toHaveProperty(key)
    }
    expect(told.failed).toEqual([])
  })
})

describe('an overloaded queue', () => {
  it('delivers the end of every span that was told, tells what it shed as a gap, and nothing says running', async () => {
    const shed: Record<string, number> = {}
    const telltale = createTelltale({
      limits: { queueLimit: 10 },
      telemetry: (name, event) => {
        if (name !== 'broadcaster.shed' || !('category' in event) || !('count' in event)) return
        shed[event.category] = (shed[event.category] ?? 0) + event.count
      },
    })
    const ending = new AbortController()
    const heard = { updates: [] as string[], missed: 0, byCategory: {} as Record<string, number> }
    const reading = (async () => {
      for await (const frame of telltale.subscribe({ conversationId: 'c', from: 'live', signal: ending.signal })) {
        if (frame.type === 'gap') {
          heard.missed += frame.missed ?? Number.NaN
          for (const [category, count] of Object.entries(frame.dropped ?? {})) {
            heard.byCategory[category] = (heard.byCategory[category] ?? 0) + count
          }
        }
        if (frame.type === 'batch') heard.updates.push(...frame.updates.map(({ span, text }) => span?.state ?? text))
      }
    })()
    await vi.waitFor(() => expect(telltale.size().readers).toBe(1))
    const spans: { update(text: string): void; end(): void }[] = []
    for (let n = 0; n < 100; n++) {
      spans.push(telltale.status.startSpan(tool(`${n}`)))
      if (n % 10 === 9) await telltale.flush()
    }
    for (const span of spans) {
      for (let info = 0; info < 10; info++) telltale.status.info('c', 'info')
      span.update('on')
      span.end()
    }
    await telltale.flush()
    // A span that nobody was told of may go as a whole: then nothing says that it runs.
    for (let n = 0; n < 100; n++) telltale.status.span(tool(`whole ${n}`), (span) => span.update('on'))
    await telltale.flush()
    const said = 100 * (1 + 10 + 1 + 1) + 100 * 3
    await vi.waitFor(() => expect(heard.updates.length + heard.missed).toBe(said))
    const ended = heard.updates.filter((state) => state === 'succeeded').length
    expect(ended).toBeGreaterThanOrEqual(100)
    expect(ended).toBeLessThan(200)
    expect(heard.byCategory).toEqual(shed)
    const snapshot = await telltale.createCaller({ userId: 'u' }).status.snapshot({ conversationId: 'c' })
    expect(snapshot.spans.tool?.open).toEqual([])
    expect(telltale.size().openSpans).toBe(0)
    ending.abort()
    await reading
    await telltale.close()
  })
})
