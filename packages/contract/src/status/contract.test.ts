import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { TelltaleError } from '../errors.ts'
import { type CategorySchemas, checkMetadata, defaultContract, defineContract } from './contract.ts'
import { isReservedName, reservedNames } from './reserved.ts'

/** A contract as JavaScript could ask for one, past the checks of the types. */
function define(categories: CategorySchemas): () => unknown {
  return () => defineContract({ categories: categories as never })
}

function many(count: number): CategorySchemas {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`c${index}`, z.object({})]))
}

describe('defineContract', () => {
  it('keeps the names in the order they were defined in', () => {
    const contract = defineContract({ categories: { zebra: z.object({}), apple: z.object({}) } })
    expect(contract.names).toEqual(['zebra', 'apple'])
    expect(Object.isFrozen(contract)).toBe(true)
  })

  it('has six categories by default', () => {
    expect(defaultContract.names).toEqual(['engine', 'tool', 'workflow', 'progress', 'error', 'info'])
  })

  it.each(reservedNames)('refuses the name %s, which is a method of the status API', (name) => {
    expect(define({ [name]: z.object({}) })).toThrow(TelltaleError)
    expect(define({ [name]: z.object({}) })).toThrow(
      `'${name}' is a method of the status API: name the category differently`,
    )
    expect(isReservedName(name)).toBe(true)
  })

  it.each([
    ['a capital first', 'Tool'],
    ['a digit first', '1tool'],
    ['an underscore first', '_tool'],
    ['a dash', 'my-tool'],
    ['a dot', 'my.tool'],
    ['nothing', ''],
    ['33 letters', 'x'.repeat(33)],
    ['a line break', 'tool\n'],
    ['the name of a prototype', '__proto__'],
  ])('refuses a name with %s', (_what, name) => {
    const categories = Object.defineProperty({}, name, { value: z.object({}), enumerable: true })
    expect(define(categories)).toThrow('is no category name')
  })

  it('takes 1 to 31 categories, for filters are 31 bits', () => {
    expect(define(many(31))).not.toThrow()
    expect(define(many(32))).toThrow('a contract has 1 to 31 categories, not 32')
    expect(define({})).toThrow('a contract has 1 to 31 categories, not 0')
  })

  it('refuses with a code a program can read', () => {
    try {
      define({ run: z.object({}) })()
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({ code: 'INVALID_OPTION', retryable: false })
    }
  })
})

describe('checkMetadata', () => {
  const contract = defineContract({
    categories: {
      retrieval: z.object({ chunks: z.number().int(), source: z.string().default('web') }),
      strict: z.strictObject({ a: z.string().optional() }),
      nested: z.object({ inner: z.object({ list: z.array(z.number()) }) }),
      slow: z.object({ a: z.string().refine(async () => true) }),
      broken: z.object({}).refine(() => {
        throw new Error('a fault of the app')
      }),
      // Typed as an object, as a cast in an app's schema can have it.
      listing: z.any().transform((): Record<string, number> => [1] as never),
    },
  })

  it('answers with what the schema made of it, defaults filled in and unknown keys gone', () => {
    expect(checkMetadata(contract, 'retrieval', { chunks: 3, other: true })).toEqual({
      ok: true,
      metadata: { chunks: 3, source: 'web' },
    })
  })

  it.each([
    ['a missing key', 'retrieval', {}, 'chunks: '],
    ['a key of another type', 'retrieval', { chunks: '3' }, 'chunks: '],
    ['a key too many', 'strict', { b: 1 }, 'b'],
    ['a place deep inside', 'nested', { inner: { list: [1, 'x'] } }, 'inner.list.1: '],
    ['a category of another contract', 'tool', {}, "no category 'tool'"],
    ['a schema that answers later', 'slow', { a: 'x' }, 'the schema threw'],
    ['a schema that throws', 'broken', {}, 'the schema threw'],
    ['a schema that makes a list of it', 'listing', {}, 'the schema did not return an object'],
  ])('tells of %s in one line', (_what, category, metadata, problem) => {
    const check = checkMetadata(contract, category, metadata)
    expect(check).toEqual({ ok: false, problem: expect.stringContaining(problem) })
    expect(JSON.stringify(check)).not.toContain('\\n')
  })

  it.each(['__proto__', 'valueOf', 'constructor', 'toLocaleString'])(
    'does not throw for the inherited name %s',
    (name) => {
      expect(checkMetadata(contract, name, {}).ok).toBe(false)
    },
  )

  it('lets the six default categories have any further keys, and none at all', () => {
    for (const name of defaultContract.names) {
      expect(checkMetadata(defaultContract, name, {})).toEqual({ ok: true, metadata: {} })
      expect(checkMetadata(defaultContract, name, { further: [1, { a: null }] }).ok).toBe(true)
    }
    expect(checkMetadata(defaultContract, 'tool', { resultCount: -1 }).ok).toBe(false)
    expect(checkMetadata(defaultContract, 'engine', { 'gen_ai.request.model': 'm' }).ok).toBe(true)
  })

  it('refuses what the schema turned into something JSON cannot hold', () => {
    const schema = z.object({ n: z.any().transform((): number => 1n as never) })
    const loose = defineContract({ categories: { count: schema } })
    expect(checkMetadata(loose, 'count', { n: 1 }).ok).toBe(false)
  })
})
