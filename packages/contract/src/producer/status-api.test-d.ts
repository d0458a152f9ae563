import { describe, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { defaultCategories } from '../status/categories.ts'
import { defineContract } from '../status/contract.ts'
import type { SpanState } from '../status/span.ts'
import type { BoundStatus, SpanHandle } from './bound-status.ts'
import type { StatusApi } from './status-api.ts'

const contract = defineContract({
  categories: {
    ...defaultCategories,
    retrieval: z.object({ chunks: z.number() }),
    timed: z.object({ durationMs: z.number(), step: z.string() }),
    review: z.object({ verdict: z.enum(['good', 'bad']), durationMs: z.string().optional() }),
    note: z.object({ author: z.string().optional() }),
  },
})
declare const status: StatusApi<typeof contract>
declare const plain: StatusApi
const tool = { conversationId: 'c1', category: 'tool', name: 'Search' } as const
type IsAny<T> = 0 extends 1 & T ? true : false

describe('the value of a span', () => {
  it('is the callback’s: at once, later, generic, none, never', () => {
    expectTypeOf(status.span(tool, () => 5)).toEqualTypeOf<number>()
    expectTypeOf(status.span(tool, () => 'a' as const)).toEqualTypeOf<'a'>()
    expectTypeOf(status.span(tool, async () => ({ n: 1 }))).toEqualTypeOf<Promise<{ n: number }>>()
    expectTypeOf(status.span(tool, () => undefined)).toBeUndefined()
    expectTypeOf(status.span(tool, (): void => undefined)).toBeVoid()
    const fail = (): never =>
      status.span(tool, () => {
        throw new Error('no')
      })
    expectTypeOf(fail).returns.toBeNever()
    const pass = <T>(value: T): T => status.span(tool, () => value)
    expectTypeOf(pass(7n)).toEqualTypeOf<bigint>()
    expectTypeOf(status.span(tool, async function* () { yield 1 })).toExtend<AsyncGenerator<number>>() // biome-ignore format: one line a case
    expectTypeOf(status.run('c1', async () => 'x')).toEqualTypeOf<Promise<string>>()
    expectTypeOf(status.startSpan(tool).run(() => 5)).toEqualTypeOf<number>()
  })

  it('is the same by a bound handle, by the current one and by that of a span', () => {
    const options = { category: 'tool', name: 'Search' } as const
    expectTypeOf(status.in('c1').span(options, () => 5)).toEqualTypeOf<number>()
    expectTypeOf(status.current().span(options, async () => 5)).toEqualTypeOf<Promise<number>>()
    expectTypeOf(status.startSpan(tool).status.span(options, () => 'x')).toEqualTypeOf<string>()
  })
})

describe('the handle of a span', () => {
  it('knows its category and its contract, and nothing in it is any', () => {
    status.span({ ...tool, category: 'retrieval', metadata: { chunks: 1 } }, (span) => {
      expectTypeOf(span).toEqualTypeOf<SpanHandle<typeof contract, 'retrieval'>>()
      expectTypeOf(span.category).toEqualTypeOf<'retrieval'>()
      expectTypeOf(span.status).toEqualTypeOf<BoundStatus<typeof contract>>()
      expectTypeOf(span.state).toEqualTypeOf<SpanState>()
      expectTypeOf<IsAny<Parameters<typeof span.update>[1]>>().toEqualTypeOf<false>()
      expectTypeOf<IsAny<Parameters<typeof span.end>[1]>>().toEqualTypeOf<false>()
      expectTypeOf<Parameters<typeof span.update>[1]>().toEqualTypeOf<{ chunks?: number } | undefined>()
      span.update('Read', { chunks: 2 })
      span.end()
      // @ts-expect-error chunks is a number
      span.update('Read', { chunks: '2' })
      // @ts-expect-error retrieval does not have this key
      span.end('Read', { pages: 2 })
      span.status.retrieval('Found', { chunks: 1 })
      // @ts-expect-error it is spelled retrieval
      span.status.retreival('Found', { chunks: 1 })
    })
    expectTypeOf<IsAny<Parameters<Parameters<typeof plain.span<'tool', number>>[1]>[0]>>().toEqualTypeOf<false>()
  })

  it('takes progress as numbers, or as an object', () => {
    const span = plain.startSpan(tool)
    span.progress(3)
    span.progress(3, 10)
    span.progress(3, 10, 'Read 3 of 10')
    span.progress({ current: 3, unit: 'pages' }, 'Read 3')
    // @ts-expect-error a text is no total
    span.progress(3, 'Read 3')
    // @ts-expect-error a number is no text
    span.progress('3', 10)
    // @ts-expect-error there is no such state
    span.waiting({ why: 'rate limit' })
    // @ts-expect-error which attempt it is has to be said
    span.retrying({ of: 3 })
    // @ts-expect-error what it fell back from has to be said
    span.fallback({ to: 'small-model' })
  })

  it('may be left to `using`', () => {
    using span = plain.startSpan(tool)
    expectTypeOf(span).toExtend<Disposable>()
  })
})

describe('what a span is started with', () => {
  it('has metadata by its category, required exactly where {} does not fit', () => {
    status.startSpan({ conversationId: 'c1', category: 'retrieval', name: 'Search', metadata: { chunks: 1 } })
    status.startSpan({ conversationId: 'c1', category: 'note', name: 'Note' })
    status.startSpan(tool)
    // @ts-expect-error retrieval has chunks, always
    status.startSpan({ conversationId: 'c1', category: 'retrieval', name: 'Search' })
    // @ts-expect-error chunks is a number
    status.startSpan({ conversationId: 'c1', category: 'retrieval', name: 'Search', metadata: { chunks: '1' } })
    // @ts-expect-error a Date is not JSON, even where extra keys pass
    status.startSpan({ ...tool, metadata: { at: new Date() } })
  })

  it('has a conversation, a category of the contract and a name, and no option that is misspelled', () => {
    // @ts-expect-error where does it belong?
    status.startSpan({ category: 'tool', name: 'Search' })
    // @ts-expect-error what kind of work is it?
    status.startSpan({ conversationId: 'c1', name: 'Search' })
    // @ts-expect-error what is it called?
    status.startSpan({ conversationId: 'c1', category: 'tool' })
    // @ts-expect-error the contract has no such category
    status.startSpan({ conversationId: 'c1', category: 'tools', name: 'Search' })
    // @ts-expect-error it is spelled parentId
    status.startSpan({ conversationId: 'c1', category: 'tool', name: 'Search', parent: 's1' })
    // @ts-expect-error the same for the one that runs the work
    status.span({ category: 'tool', name: 'Search' }, () => 5)
  })

  it('has no conversation on a handle that has one', () => {
    status.in('c1').startSpan({ category: 'tool', name: 'Search' })
    // @ts-expect-error the handle is bound to one
    status.in('c1').startSpan({ conversationId: 'c2', category: 'tool', name: 'Search' })
    // @ts-expect-error the current one is too
    status.current().span({ conversationId: 'c2', category: 'tool', name: 'Search' }, () => 5)
    // @ts-expect-error and that of a span
    status.startSpan(tool).status.startSpan({ conversationId: 'c2', category: 'tool', name: 'Search' })
  })
})

describe('the helpers', () => {
  it('time only what can hold how long it took', () => {
    status.withTiming('c1', 'tool', 'Searched', 0)
    status.withTiming('c1', 'info', 'Searched', new Date())
    status.in('c1').withTiming('engine', 'Thought', performance.now(), { model: 'a-model' })
    // @ts-expect-error retrieval has nothing but chunks
    status.withTiming('c1', 'retrieval', 'Searched', 0, { chunks: 1 })
    // @ts-expect-error there it is a text
    status.withTiming('c1', 'review', 'Reviewed', 0, { verdict: 'good' })
    // @ts-expect-error a text is no time
    status.withTiming('c1', 'tool', 'Searched', '2026-01-01')
  })

  it('fill in how long it took where that is required', () => {
    status.withTiming('c1', 'timed', 'Searched', 0, { step: 'search' })
    // @ts-expect-error the step is not filled in
    status.withTiming('c1', 'timed', 'Searched', 0, {})
    // @ts-expect-error nor is it without any
    status.withTiming('c1', 'timed', 'Searched', 0)
  })

  it('check each of several updates by its own category', () => {
    status.bulkUpdate('c1', [
      { category: 'tool', text: 'Searching', metadata: { tool: 'web_search' } },
      { category: 'retrieval', text: 'Found', metadata: { chunks: 1 }, key: 'found' },
    ])
    // @ts-expect-error retrieval has chunks, always
    status.bulkUpdate('c1', [{ category: 'retrieval', text: 'Found' }])
    // @ts-expect-error metadata of another category
    status.bulkUpdate('c1', [{ category: 'retrieval', text: 'Found', metadata: { tool: 'x' } }])
    // @ts-expect-error there is no such category
    status.in('c1').bulkUpdate([{ category: 'retreival', text: 'Found', metadata: { chunks: 1 } }])
    status.maybeUpdate('c1', true, 'retrieval', 'Found', { chunks: 1 })
    // @ts-expect-error retrieval has chunks, also under a condition
    status.maybeUpdate('c1', true, 'retrieval', 'Found')
  })

  it('say a percentage only where the contract has progress', () => {
    status.progressPercentage('c1', 'Parsing', 3, 10, { unit: 'pages' })
    // @ts-expect-error a unit is a text
    status.progressPercentage('c1', 'Parsing', 3, 10, { unit: 5 })
  })
})
