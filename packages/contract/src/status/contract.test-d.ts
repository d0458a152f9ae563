import { describe, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import type { JsonObject } from '../json.ts'
import { defaultCategories } from './categories.ts'
import {
  type CategoryOf,
  type CheckedCategories,
  type Contract,
  defaultContract,
  defineContract,
  type MetadataInput,
  type MetadataOf,
} from './contract.ts'
import type { ReservedName } from './reserved.ts'

const contract = defineContract({
  categories: {
    ...defaultCategories,
    retrieval: z.object({ chunks: z.number(), source: z.string().default('web') }),
    note: z.object({ author: z.string().optional() }),
  },
})
type AppContract = typeof contract

describe('a contract', () => {
  it('knows its categories without an annotation', () => {
    expectTypeOf<CategoryOf<AppContract>>().toEqualTypeOf<
      'engine' | 'tool' | 'workflow' | 'progress' | 'error' | 'info' | 'retrieval' | 'note'
    >()
    expectTypeOf<CategoryOf<Contract>>().toEqualTypeOf<'engine' | 'tool' | 'workflow' | 'progress' | 'error' | 'info'>()
    expectTypeOf(defaultContract).toEqualTypeOf<Contract>()
  })

  it('tells what is passed in from what is read', () => {
    expectTypeOf<MetadataInput<AppContract, 'retrieval'>>().toEqualTypeOf<{
      chunks: number
      source?: string | undefined
    }>()
    expectTypeOf<MetadataOf<AppContract, 'retrieval'>>().toEqualTypeOf<{ chunks: number; source: string }>()
  })

  it('has no any, whatever the category', () => {
    expectTypeOf<MetadataOf<AppContract, CategoryOf<AppContract>>>().not.toBeAny()
    expectTypeOf<MetadataInput<AppContract, CategoryOf<AppContract>>>().not.toBeAny()
    expectTypeOf<MetadataOf<Contract, 'tool'>['query']>().toEqualTypeOf<string | undefined>()
  })

  it('has metadata that is JSON', () => {
    expectTypeOf<MetadataOf<AppContract, CategoryOf<AppContract>>>().toExtend<JsonObject>()
  })
})

describe('the six default categories', () => {
  type Tool = MetadataInput<Contract, 'tool'>

  it('are optional, key by key', () => {
    expectTypeOf<Record<never, never>>().toExtend<MetadataInput<Contract, CategoryOf<Contract>>>()
    expectTypeOf({ tool: 'web_search', resultCount: 3 }).toExtend<Tool>()
  })

  it('let extra keys pass when they are JSON', () => {
    expectTypeOf({ tool: 'web_search', region: 'eu', tags: ['a'], nested: { deep: [1, null, true] } }).toExtend<Tool>()
    expectTypeOf({ anything: 'at all' }).toExtend<MetadataInput<Contract, 'info'>>()
  })

  it('refuse extra keys that no JSON can hold', () => {
    // @ts-expect-error a Date is not JSON: it is written as ISO text
    const date: Tool = { at: new Date() }
    // @ts-expect-error a function is not JSON
    const callback: Tool = { done: () => {} }
    // @ts-expect-error a bigint is not JSON
    const big: Tool = { size: 1n }
    // @ts-expect-error a Map is not JSON, at any depth
    const deep: Tool = { nested: { list: [new Map()] } }
    expectTypeOf([date, callback, big, deep]).toBeArray()
  })

  it('refuse a key they know with another type', () => {
    // @ts-expect-error the name of a tool is text
    const wrong: Tool = { tool: 7 }
    expectTypeOf(wrong).toBeObject()
  })
})

describe('defineContract', () => {
  it('refuses every name that the status API has for itself', () => {
    // @ts-expect-error update is a method of the status API
    defineContract({ categories: { update: z.object({}) } })
    // @ts-expect-error in is a method of the status API, also beside the defaults
    defineContract({ categories: { ...defaultCategories, in: z.object({}) } })
    type Reserved = { [TName in ReservedName]: z.ZodObject }
    type Accepted = {
      [TName in ReservedName]: z.ZodObject extends CheckedCategories<Reserved>[TName] ? TName : never
    }[ReservedName]
    expectTypeOf<Accepted>().toBeNever()
  })

  it('says so in a sentence, at the name', () => {
    expectTypeOf<
      CheckedCategories<{ update: z.ZodObject }>['update']
    >().toEqualTypeOf<"'update' is a method of the status API: name the category differently">()
  })

  it('refuses metadata that is not a JSON object', () => {
    // @ts-expect-error a date is written as ISO text
    defineContract({ categories: { retrieval: z.object({ at: z.date() }) } })
    // @ts-expect-error a bigint is not JSON
    defineContract({ categories: { retrieval: z.object({ size: z.bigint() }) } })
    // @ts-expect-error unknown may be anything, so it may be no JSON
    defineContract({ categories: { retrieval: z.object({ payload: z.unknown() }) } })
    // @ts-expect-error a Map is not JSON
    defineContract({ categories: { retrieval: z.map(z.string(), z.string()) } })
    // @ts-expect-error a text is JSON, but not an object
    defineContract({ categories: { retrieval: z.string() } })
    // @ts-expect-error a list is JSON, but not an object
    defineContract({ categories: { retrieval: z.array(z.string()) } })
    // @ts-expect-error one way through the union is not an object
    defineContract({ categories: { retrieval: z.union([z.object({}), z.string()]) } })
  })

  it('says so in a sentence, at the category', () => {
    type Checked = CheckedCategories<{ retrieval: z.ZodObject<{ at: z.ZodDate }> }>
    expectTypeOf<
      Checked['retrieval']
    >().toEqualTypeOf<'metadata must be a JSON object: write dates as ISO text with z.iso.datetime(), and let extra keys pass with .catchall(z.json())'>()
  })

  it('takes every schema whose output is a JSON object', () => {
    const made = defineContract({
      categories: {
        dated: z.object({ at: z.iso.datetime() }),
        chosen: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('web'), url: z.string() }),
          z.object({ kind: z.literal('file'), pages: z.number() }),
        ]),
        free: z.record(z.string(), z.json()),
        open: z.object({ name: z.string() }).catchall(z.json()),
      },
    })
    expectTypeOf<CategoryOf<typeof made>>().toEqualTypeOf<'dated' | 'chosen' | 'free' | 'open'>()
    expectTypeOf<MetadataOf<typeof made, 'dated'>>().toEqualTypeOf<{ at: string }>()
  })
})
