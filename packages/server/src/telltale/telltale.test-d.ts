import {
  type CategoryDescription,
  type Contract,
  defaultCategories,
  defineContract,
  type PresenceMember,
  type StatusSnapshot,
  type StatusUpdate,
} from '@telltale/contract'
import { describe, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { createTelltale } from './telltale.ts'
import type { ServerFrame, StatusRouter, Telltale } from './telltale-type.ts'

const contract = defineContract({
  categories: { ...defaultCategories, retrieval: z.object({ chunks: z.number() }) },
})
type AppContract = typeof contract
const telltale = createTelltale({ contract })
const caller = telltale.createCaller({ userId: 'ada' })
const conversationId = 'c1'

describe('createTelltale', () => {
  it('takes its types from the contract, without an annotation', () => {
    expectTypeOf(telltale).toEqualTypeOf<Telltale<AppContract>>()
    expectTypeOf(telltale.router).toEqualTypeOf<StatusRouter<AppContract>>()
    expectTypeOf(telltale.contract).toEqualTypeOf(contract)
  })

  it('without a contract has the six default categories', () => {
    expectTypeOf(createTelltale()).toEqualTypeOf<Telltale<Contract>>()
    expectTypeOf(createTelltale({ limits: { queueLimit: 100 } })).toEqualTypeOf<Telltale<Contract>>()
  })

  it('refuses options and limits that do not exist', () => {
    // @ts-expect-error it is spelled contract
    createTelltale({ contrat: contract })
    // @ts-expect-error it is spelled queueLimit
    createTelltale({ limits: { queueLimits: 100 } })
    // @ts-expect-error a contract is made by defineContract, not written by hand
    createTelltale({ contract: { categories: { retrieval: { chunks: 'number' } }, names: [] } })
  })
})

describe('presence', () => {
  it('has members with what the app tells of them', () => {
    expectTypeOf(telltale.presence(conversationId)).toEqualTypeOf<readonly PresenceMember[]>()
    createTelltale({ presence: ({ userId, ...claims }) => ({ name: String(claims['name'] ?? userId) }) })
    // @ts-expect-error a Date is not JSON
    createTelltale({ presence: () => ({ since: new Date() }) })
    // @ts-expect-error nobody waits for it
    createTelltale({ presence: async () => ({ name: 'Ada' }) })
  })
})

describe('a caller in this process', () => {
  it('publishes with the types of the contract', () => {
    expectTypeOf(
      caller.status.publish({ conversationId, category: 'retrieval', text: 'Found', metadata: { chunks: 1 } }),
    ).resolves.toEqualTypeOf<{ readonly id: string; readonly position: string }>()
    // @ts-expect-error chunks is a number
    void caller.status.publish({ conversationId, category: 'retrieval', text: 'Found', metadata: { chunks: '1' } })
    // @ts-expect-error retrieval has chunks, always
    void caller.status.publish({ conversationId, category: 'retrieval', text: 'Found' })
    // @ts-expect-error it is spelled retrieval
    void caller.status.publish({ conversationId, category: 'retreival', text: 'Found', metadata: { chunks: 1 } })
    // @ts-expect-error an update is about a conversation
    void caller.status.publish({ category: 'info', text: 'Ready' })
    // @ts-expect-error in a list too
    void caller.status.publishMany({ updates: [{ conversationId, category: 'retrieval', text: 'Found' }] })
  })

  it('reads what the contract says', () => {
    expectTypeOf(caller.status.snapshot({ conversationId })).resolves.toEqualTypeOf<StatusSnapshot<AppContract>>()
    type Page = Awaited<ReturnType<typeof caller.status.history>>
    expectTypeOf<Page['updates']>().toEqualTypeOf<readonly StatusUpdate<AppContract>[]>()
    expectTypeOf(caller.status.categories()).resolves.toEqualTypeOf<CategoryDescription[]>()
  })

  it('is somebody', () => {
    // @ts-expect-error nobody is not an identity
    telltale.createCaller()
    // @ts-expect-error an identity has a userId
    telltale.createCaller({ name: 'Ada' })
  })
})

describe('a reader in this process', () => {
  it('gets frames whose updates narrow by category', () => {
    const read = async (): Promise<void> => {
      for await (const frame of telltale.subscribe({ conversationId, categories: ['tool', 'retrieval'] })) {
        expectTypeOf(frame).toEqualTypeOf<ServerFrame<AppContract, 'tool' | 'retrieval'>>()
        expectTypeOf(frame.position).toBeString()
        if (frame.type !== 'batch') continue
        for (const update of frame.updates) {
          expectTypeOf(update.category).toEqualTypeOf<'tool' | 'retrieval'>()
          if (update.category === 'retrieval') expectTypeOf(update.metadata).toEqualTypeOf<{ chunks: number }>()
        }
      }
    }
    expectTypeOf(read).toBeFunction()
  })

  it('gets every category when it names none', () => {
    expectTypeOf(telltale.subscribe({ conversationId })).toEqualTypeOf<AsyncIterable<ServerFrame<AppContract>>>()
  })

  it('cannot ask for a category that does not exist, or for no conversation', () => {
    // @ts-expect-error it is spelled retrieval
    telltale.subscribe({ conversationId, categories: ['retreival'] })
    // @ts-expect-error a stream is about a conversation
    telltale.subscribe({ categories: ['tool'] })
    // @ts-expect-error a beginning is one of four
    telltale.subscribe({ conversationId, from: 'beginning' })
  })
})
