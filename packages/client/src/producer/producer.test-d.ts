import { defineContract } from '@telltale/contract'
import { describe, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import type { Producer, ProducerEvents } from './index.ts'
import { createProducer } from './index.ts'

const contract = defineContract({ categories: { retrieval: z.object({ chunks: z.number() }), note: z.object({}) } })
const url = 'ws://127.0.0.1:1/trpc'

describe('createProducer', () => {
  it('has the six categories without a contract', () => {
    const producer = createProducer({ url })
    expectTypeOf(producer).toEqualTypeOf<Producer>()
    producer.status.tool('c', 'text', { tool: 'search' })
    // @ts-expect-error there is no such category
    producer.status.retrieval('c', 'text', { chunks: 1 })
    // @ts-expect-error that is no tool's name
    producer.status.tool('c', 'text', { tool: 5 })
  })

  it('takes its types from the contract it is given', () => {
    const { status } = createProducer({ url, contract })
    status.retrieval('c', 'text', { chunks: 1 })
    status.note('c', 'text')
    // @ts-expect-error its metadata is needed
    status.retrieval('c', 'text')
    // @ts-expect-error the contract has only its own categories
    status.tool('c', 'text')
    const found = status.span(
      { conversationId: 'c', category: 'retrieval', name: 'n', metadata: { chunks: 0 } },
      (span) => {
        expectTypeOf(span.category).toEqualTypeOf<'retrieval'>()
        span.end('done', { chunks: 3 })
        // @ts-expect-error a number is needed
        span.update('text', { chunks: 'three' })
        return Promise.resolve(3)
      },
    )
    expectTypeOf(found).toEqualTypeOf<Promise<number>>()
  })

  it('may be told the contract’s type, and needs the contract too: its categories become methods', () => {
    expectTypeOf(createProducer<typeof contract>({ url, contract })).toEqualTypeOf<Producer<typeof contract>>()
    // @ts-expect-error the contract is missing
    createProducer<typeof contract>({ url })
  })

  it('refuses options that are none, and takes a token as a text or a function', () => {
    createProducer({ url, token: 'text' })
    createProducer({ url, token: async () => null })
    // @ts-expect-error a misspelled option
    createProducer({ url, queuelimit: 5 })
    // @ts-expect-error a misspelled option beside a contract
    createProducer({ url, contract, queuelimit: 5 })
    // @ts-expect-error the url is missing
    createProducer({})
    // @ts-expect-error a token is no number
    createProducer({ url, token: 5 })
  })

  it('tells telemetry by name what belongs to each event', () => {
    createProducer({ url, telemetry: (name) => name satisfies keyof ProducerEvents })
    expectTypeOf<ProducerEvents['producer.waiting']>().toEqualTypeOf<{ code: string; queued: number }>()
  })

  it('gives a bound handle and an ambient one of the same types', () => {
    const { status } = createProducer({ url, contract })
    status.in('c').retrieval('text', { chunks: 1 })
    expectTypeOf(status.run('c', () => 5 as const)).toEqualTypeOf<5>()
    status.current().startSpan({ category: 'note', name: 'n' }).end()
    // @ts-expect-error the conversation is known here
    status.in('c').span({ conversationId: 'c', category: 'note', name: 'n' }, () => undefined)
    // @ts-expect-error and needed here
    status.span({ category: 'note', name: 'n' }, () => undefined)
  })
})
