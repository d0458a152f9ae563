import { describe, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { defaultCategories } from './categories.ts'
import { type Contract, defineContract } from './contract.ts'
import type { StatusSnapshot } from './snapshot.ts'
import type { StatusUpdate, UpdateInput } from './update.ts'

const contract = defineContract({
  categories: {
    ...defaultCategories,
    retrieval: z.object({ chunks: z.number() }),
    note: z.object({ author: z.string().optional() }),
    counted: z.object({ times: z.number().default(1) }),
  },
})
type AppContract = typeof contract

describe('StatusUpdate', () => {
  it('narrows its metadata by its category', () => {
    const read = (update: StatusUpdate<AppContract>): number | undefined => {
      if (update.category === 'retrieval') {
        expectTypeOf(update.metadata).toEqualTypeOf<{ chunks: number }>()
        return update.metadata.chunks
      }
      expectTypeOf(update.category).toEqualTypeOf<
        'engine' | 'tool' | 'workflow' | 'progress' | 'error' | 'info' | 'note' | 'counted'
      >()
      // @ts-expect-error no other category has chunks for certain
      return update.metadata.chunks
    }
    expectTypeOf(read).toBeFunction()
  })

  it('is of the named categories only', () => {
    expectTypeOf<StatusUpdate<AppContract, 'tool' | 'retrieval'>['category']>().toEqualTypeOf<'tool' | 'retrieval'>()
    // @ts-expect-error the contract has no such category
    const wrong: StatusUpdate<AppContract, 'retreival'>[] = []
    expectTypeOf(wrong).toBeArray()
  })

  it('without a contract is of the six default categories', () => {
    expectTypeOf<StatusUpdate['category']>().toEqualTypeOf<
      'engine' | 'tool' | 'workflow' | 'progress' | 'error' | 'info'
    >()
    expectTypeOf<StatusUpdate>().toEqualTypeOf<StatusUpdate<Contract>>()
  })

  it('cannot be changed', () => {
    const change = (update: StatusUpdate): void => {
      // @ts-expect-error an update is a fact
      update.text = 'Something else'
    }
    expectTypeOf(change).toBeFunction()
  })
})

describe('UpdateInput', () => {
  type Input = UpdateInput<AppContract>
  const conversationId = 'c1'

  it('needs metadata exactly where {} does not fit the schema', () => {
    expectTypeOf({ conversationId, category: 'note', text: 'Noted' } as const).toExtend<Input>()
    expectTypeOf({ conversationId, category: 'counted', text: 'Once' } as const).toExtend<Input>()
    expectTypeOf({ conversationId, category: 'tool', text: 'Searching' } as const).toExtend<Input>()
    // @ts-expect-error retrieval has chunks, always
    const missing: Input = { conversationId, category: 'retrieval', text: 'Found' }
    expectTypeOf(missing).toBeObject()
  })

  it('refuses metadata of another category, an unknown category and a missing conversation', () => {
    // @ts-expect-error chunks is a number
    const shape: Input = { conversationId, category: 'retrieval', text: 'Found', metadata: { chunks: '12' } }
    // @ts-expect-error author belongs to note
    const foreign: Input = { conversationId, category: 'retrieval', text: 'Found', metadata: { author: 'Ada' } }
    // @ts-expect-error the contract has no such category
    const unknown: Input = { conversationId, category: 'retreival', text: 'Found', metadata: { chunks: 12 } }
    // @ts-expect-error an update is about a conversation
    const homeless: Input = { category: 'tool', text: 'Searching' }
    expectTypeOf([shape, foreign, unknown, homeless]).toBeArray()
  })
})

describe('StatusSnapshot', () => {
  it('holds the newest update of each category, with its own metadata', () => {
    type Latest = StatusSnapshot<AppContract>['latest']
    expectTypeOf<Latest['retrieval']>().toEqualTypeOf<StatusUpdate<AppContract, 'retrieval'> | undefined>()
    expectTypeOf<keyof StatusSnapshot<AppContract, 'tool' | 'note'>['counts']>().toEqualTypeOf<'tool' | 'note'>()
  })
})
