import { defaultCategories, defineContract } from '@telltale/contract'
import type { BoundStatus, SpanHandle, StatusApi } from '@telltale/contract/producer'
import { describe, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { createTelltale } from '../telltale/telltale.ts'

const contract = defineContract({
  categories: {
    ...defaultCategories,
    retrieval: z.object({ chunks: z.number() }),
    note: z.object({ author: z.string().optional() }),
  },
})
declare const status: StatusApi<typeof contract>
declare const bound: BoundStatus<typeof contract>
declare const plain: StatusApi

describe('a producer', () => {
  it('says each category by its name, and gets nothing back to wait for', () => {
    expectTypeOf(status.retrieval('c1', 'Found passages', { chunks: 1 })).toBeVoid()
    expectTypeOf(status.tool('c1', 'Searching the web', { tool: 'web_search' })).toBeVoid()
    expectTypeOf(status.in('c1')).toEqualTypeOf<BoundStatus<typeof contract>>()
    expectTypeOf(bound.retrieval('Found passages', { chunks: 1 })).toBeVoid()
    expectTypeOf(bound.conversationId).toBeString()
  })

  it('may leave out metadata exactly where {} fits the schema', () => {
    status.tool('c1', 'Searching')
    status.note('c1', 'Noted')
    bound.note('Noted')
    status.update('c1', 'note', 'Noted')
    bound.update('info', 'Ready')
    // @ts-expect-error retrieval has chunks, always
    status.retrieval('c1', 'Found passages')
    // @ts-expect-error the same on a bound handle
    bound.retrieval('Found passages')
    // @ts-expect-error and by the category's name as a value
    status.update('c1', 'retrieval', 'Found passages')
    // @ts-expect-error in both forms
    bound.update('retrieval', 'Found passages')
  })

  it('cannot pass metadata of another shape', () => {
    // @ts-expect-error chunks is a number
    status.retrieval('c1', 'Found passages', { chunks: '1' })
    // @ts-expect-error retrieval does not have this key
    status.retrieval('c1', 'Found passages', { chunks: 1, pages: 2 })
    // @ts-expect-error chunks is a number, on a bound handle too
    bound.retrieval('Found passages', { chunks: '1' })
    // @ts-expect-error and by the category's name as a value
    status.update('c1', 'retrieval', 'Found passages', { chunks: '1' })
    // @ts-expect-error a Date is not JSON, even where extra keys pass
    status.tool('c1', 'Searching', { startedAt: new Date() })
    // @ts-expect-error nor is a function
    bound.info('Ready', { done: () => {} })
  })

  it('cannot name a category that the contract does not have', () => {
    // @ts-expect-error it is spelled retrieval
    status.retreival('c1', 'Found passages', { chunks: 1 })
    // @ts-expect-error by its name as a value
    status.update('c1', 'retreival', 'Found passages', { chunks: 1 })
    // @ts-expect-error on a bound handle
    bound.retreival('Found passages', { chunks: 1 })
    // @ts-expect-error without a contract there are the six default categories
    plain.retrieval('c1', 'Found passages', { chunks: 1 })
  })

  it('cannot forget the conversation', () => {
    // @ts-expect-error a text alone does not say where it belongs
    status.tool('Searching the web')
    // @ts-expect-error metadata does not stand for a text
    status.tool('c1', { tool: 'web_search' })
    // @ts-expect-error a handle is bound to a conversation
    status.in()
  })

  it('may say an id, a key and a priority along with it, and nothing else', () => {
    status.progress('c1', 'Parsed 3 of 10', { current: 3, total: 10 }, { key: 'parse', priority: 'low', id: 'p3' })
    // @ts-expect-error there are three priorities
    status.progress('c1', 'Parsed 3 of 10', {}, { priority: 'urgent' })
    // @ts-expect-error no such option
    status.progress('c1', 'Parsed 3 of 10', {}, { ttl: 5 })
  })
})

describe('a span of a server', () => {
  it('is typed by the contract, and nobody wrote a type', () => {
    const server = createTelltale({ contract })
    const options = { conversationId: 'c1', category: 'retrieval', name: 'Search', metadata: { chunks: 0 } } as const
    const found = server.status.span(options, async (span) => {
      expectTypeOf(span).toEqualTypeOf<SpanHandle<typeof contract, 'retrieval'>>()
      span.end('Found passages', { chunks: 12 })
      return { passages: 12 }
    })
    expectTypeOf(found).resolves.toEqualTypeOf<{ passages: number }>()
    expectTypeOf(server.status).toEqualTypeOf<StatusApi<typeof contract>>()
    // @ts-expect-error retrieval has chunks, always
    server.status.startSpan({ conversationId: 'c1', category: 'retrieval', name: 'Search' })
  })
})
