import { type Contract, defaultCategories, defineContract } from '@telltale/contract'
import type { SpanNode, SpanState, StatusSnapshot, StatusUpdate } from '@telltale/contract/wire'
import { describe, expectTypeOf, it } from 'vitest'
import { createTelltaleClient, type TelltaleClient } from './client.ts'
import type { Gap } from './stream/state.ts'
import type { StatusStream, StreamEvent } from './stream/stream.ts'
import type { ReceivedUpdate, StreamView } from './stream/view.ts'

// Made of the default schemas, because the client has no zod, not even for its tests.
const contract = defineContract({
  categories: {
    ...defaultCategories,
    parsed: defaultCategories.progress.pick({ current: true, total: true }).required(),
  },
})
type AppContract = typeof contract
const client = createTelltaleClient<AppContract>({ url: 'ws://localhost/trpc' })
const plain = createTelltaleClient({ url: 'ws://localhost/trpc' })
const conversationId = 'c1'

describe('createTelltaleClient', () => {
  it('is typed by the contract’s type alone, and by the six defaults without one', () => {
    expectTypeOf(client).toEqualTypeOf<TelltaleClient<AppContract>>()
    expectTypeOf(plain).toEqualTypeOf<TelltaleClient<Contract>>()
  })

  it('refuses options that do not exist, and no address', () => {
    // @ts-expect-error it must know where the server is
    createTelltaleClient({})
    // @ts-expect-error it is spelled token
    createTelltaleClient({ url: 'ws://localhost/trpc', tokens: () => 'a' })
  })
})

describe('publishing', () => {
  const metadata = { current: 1, total: 2 }

  it('has the types of the contract', () => {
    expectTypeOf(
      client.publish({ conversationId, category: 'parsed', text: 'Parsed', metadata }),
    ).resolves.toEqualTypeOf<{
      readonly id: string
      readonly position: string
    }>()
    void client.publish({ conversationId, category: 'tool', text: 'Searching' })
    void client.publishMany([{ conversationId, category: 'parsed', text: 'Parsed', metadata }])
    // @ts-expect-error current is a number
    void client.publish({ conversationId, category: 'parsed', text: 'Parsed', metadata: { current: '1', total: 2 } })
    // @ts-expect-error parsed needs both, always
    void client.publish({ conversationId, category: 'parsed', text: 'Parsed' })
    // @ts-expect-error it is spelled parsed
    void client.publish({ conversationId, category: 'parsd', text: 'Parsed', metadata })
    // @ts-expect-error an update is about a conversation
    void client.publish({ category: 'tool', text: 'Searching' })
    // @ts-expect-error a Date is not JSON
    void client.publish({ conversationId, category: 'tool', text: 'Searching', metadata: { at: new Date() } })
    // @ts-expect-error in a list too
    void client.publishMany([{ conversationId, category: 'parsed', text: 'Parsed' }])
    // @ts-expect-error without a contract there are the six default categories
    void plain.publish({ conversationId, category: 'parsed', text: 'Parsed', metadata })
  })
})

describe('a stream', () => {
  const stream = client.status({ conversationId, categories: ['tool', 'parsed'] })

  it('is of the categories it was asked for', () => {
    expectTypeOf(stream).toEqualTypeOf<StatusStream<AppContract, 'tool' | 'parsed'>>()
    expectTypeOf(client.status({ conversationId })).toEqualTypeOf<StatusStream<AppContract>>()
  })

  it('cannot be asked for a category that does not exist, or for no conversation', () => {
    // @ts-expect-error it is spelled parsed
    client.status({ conversationId, categories: ['parsd'] })
    // @ts-expect-error a stream is about a conversation
    client.status({ categories: ['tool'] })
    // @ts-expect-error without a contract there are the six default categories
    plain.status({ conversationId, categories: ['parsed'] })
  })

  it('yields events that narrow by type, then by category', () => {
    const read = async (): Promise<void> => {
      for await (const event of stream) {
        expectTypeOf(event).toEqualTypeOf<StreamEvent<AppContract, 'tool' | 'parsed'>>()
        if (event.type === 'gap') {
          expectTypeOf(event.missed).toEqualTypeOf<number | null>()
          expectTypeOf(event.snapshot).toEqualTypeOf<StatusSnapshot<AppContract, 'tool' | 'parsed'> | null>()
          continue
        }
        expectTypeOf(event.update).toEqualTypeOf<ReceivedUpdate<AppContract, 'tool' | 'parsed'>>()
        expectTypeOf(event.update.replayed).toBeBoolean()
        if (event.update.category === 'parsed') expectTypeOf(event.update.metadata.current).toBeNumber()
        // @ts-expect-error info was not asked for
        if (event.update.category === 'info') continue
      }
    }
    expectTypeOf(read).toBeFunction()
  })

  it('calls back with the same types', () => {
    stream.subscribe({
      update: (update) => expectTypeOf(update).toEqualTypeOf<ReceivedUpdate<AppContract, 'tool' | 'parsed'>>(),
      gap: (gap) => expectTypeOf(gap).toEqualTypeOf<Gap<StatusSnapshot<AppContract, 'tool' | 'parsed'>>>(),
    })
    // @ts-expect-error it is spelled update
    stream.subscribe({ updated: () => {} })
  })

  it('has a store of the same types', () => {
    const view = stream.store.getSnapshot()
    expectTypeOf(view).toEqualTypeOf<StreamView<AppContract, 'tool' | 'parsed'>>()
    expectTypeOf(view.latest.parsed).toEqualTypeOf<StatusUpdate<AppContract, 'parsed'> | undefined>()
    expectTypeOf(view.counts).toEqualTypeOf<{ readonly tool?: number; readonly parsed?: number }>()
    // @ts-expect-error info was not asked for
    void view.latest.info
  })

  it('has spans whose metadata follows their category', () => {
    const [span] = stream.store.getSnapshot().spans
    expectTypeOf(stream.spans).toEqualTypeOf<readonly SpanNode<AppContract, 'tool' | 'parsed'>[]>()
    if (span?.category === 'parsed') expectTypeOf(span.metadata?.current).toEqualTypeOf<number | undefined>()
    expectTypeOf(span?.children[0]?.state).toEqualTypeOf<SpanState | undefined>()
    // @ts-expect-error info was not asked for
    if (span?.category === 'info') void span
  })
})

describe('asking', () => {
  it('gives pages and snapshots of the categories it names', () => {
    type Both = 'tool' | 'parsed'
    const history = client.history({ conversationId, categories: ['tool', 'parsed'] })
    expectTypeOf<Awaited<typeof history>['updates']>().toEqualTypeOf<readonly StatusUpdate<AppContract, Both>[]>()
    const snapshot = client.snapshot({ conversationId, categories: ['tool', 'parsed'] })
    expectTypeOf<Awaited<typeof snapshot>>().toEqualTypeOf<StatusSnapshot<AppContract, Both>>()
    // @ts-expect-error it is spelled parsed
    void client.history({ conversationId, categories: ['parsd'] })
    // @ts-expect-error a snapshot is of a conversation
    void client.snapshot({})
  })
})
