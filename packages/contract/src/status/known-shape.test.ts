import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { JsonEncoder } from '../json-text.ts'
import { defaultCategories } from './categories.ts'
import { knownShapeOf } from './known-shape.ts'

const schemas: Record<string, z.ZodType> = {
  ...defaultCategories,
  strip: z.object({ a: z.string(), b: z.number().optional() }),
  strict: z.strictObject({ a: z.string().nullable() }),
  loose: z.looseObject({ a: z.union([z.string(), z.boolean()]).optional() }),
  defaults: z.object({ a: z.string().default('x'), b: z.number().default(1).optional() }),
  checks: z.object({ a: z.string().min(2), b: z.number().max(3).optional(), c: z.int().optional() }),
  formats: z.object({ a: z.email().optional(), b: z.iso.datetime().optional() }),
  coerced: z.object({ a: z.coerce.number().optional() }),
  trimmed: z.object({ a: z.string().trim() }),
  refined: z.object({ a: z.string().optional() }).refine(({ a }) => a !== 'no'),
  piped: z.object({ a: z.string() }).transform(({ a }) => ({ b: a })),
  catching: z.object({ a: z.string().catch('caught') }),
  nested: z.object({ a: z.object({ b: z.string() }).optional() }),
  literal: z.object({ a: z.literal('x'), b: z.enum(['y', 'z']).optional() }),
  checkedCatchall: z.object({}).catchall(z.number()),
  refinedOptional: z.object({
    a: z
      .string()
      .optional()
      .refine((text) => text !== 'no'),
  }),
  refinedNullable: z.object({
    a: z
      .string()
      .nullable()
      .refine((text) => text !== null),
  }),
  refinedUnion: z.object({ a: z.union([z.string(), z.number()]).refine((said) => said !== 'x') }),
  overwritten: z.object({
    a: z
      .string()
      .optional()
      .overwrite(() => 'changed'),
  }),
  refinedCatchall: z.object({}).catchall(z.unknown().refine((said) => said !== 'x')),
  exactlyOne: z.object({ a: z.xor([z.number(), z.number().nonnegative()]) }),
  record: z.record(z.string(), z.number()),
}

const keys = ['a', 'b', 'c', 'tool', 'resultCount', 'step', 'percent', 'retryable', 'other']
const value = fc.oneof(
  fc.string(),
  fc.constantFrom('x', 'y', 'no', ' padded ', 'a@b.co', '2026-01-01T00:00:00Z'),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
  fc.constant({ b: 'x' }),
  fc.constant(['x']),
)
/** Schemas as apps put them together: any of these around any of those. */
const leaf = fc.constantFrom<() => z.ZodType>(
  () => z.string(),
  () => z.number(),
  () => z.boolean(),
  () => z.number().nonnegative(),
  () => z.int(),
  () => z.string().min(2),
  () => z.literal('x'),
  () => z.unknown(),
)
const wrappers: ((inner: z.ZodType) => z.ZodType)[] = [
  (inner) => inner.optional(),
  (inner) => inner.nullable(),
  (inner) => inner.refine((said) => said !== 'x' && said !== null),
  (inner) => z.union([inner, z.boolean()]),
  (inner) => z.xor([inner, z.string()]),
  (inner) => inner.default('d' as never),
  (inner) => inner.catch('c' as never),
  (inner) => inner.transform((said) => (said === 'x' ? 'y' : said)),
  (inner) => inner.readonly(),
]
const wrapped = fc
  .tuple(leaf, fc.array(fc.constantFrom(...wrappers), { maxLength: 3 }))
  .map(([make, around]) => around.reduce((inner, wrap) => wrap(inner), make()))
const composed = fc
  .tuple(fc.dictionary(fc.constantFrom('a', 'b', 'c'), wrapped), fc.option(wrapped))
  .map(([shape, rest]) => (rest ? z.object(shape).catchall(rest) : z.object(shape)))

const metadata = fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 4 })

describe('the known shape of a schema', () => {
  it.each(Object.entries(schemas))('of %s never lets pass what the schema would refuse or change', (_name, schema) => {
    const encoder = new JsonEncoder(knownShapeOf(schema))
    fc.assert(
      fc.property(metadata, (said) => {
        const encoded = encoder.encode(said)
        if (!encoded.ok || !encoded.fits) return
        const plain: unknown = JSON.parse(encoded.text)
        expect(schema.safeParse(plain)).toEqual({ success: true, data: plain })
      }),
      { numRuns: 300 },
    )
  })

  it('does so for any schema that is put together of others', () => {
    fc.assert(
      fc.property(composed, fc.array(metadata, { minLength: 8, maxLength: 8 }), (schema, said) => {
        const encoder = new JsonEncoder(knownShapeOf(schema))
        for (const one of said) {
          const encoded = encoder.encode(one)
          if (!encoded.ok || !encoded.fits) continue
          const plain: unknown = JSON.parse(encoded.text)
          expect(schema.safeParse(plain)).toEqual({ success: true, data: plain })
        }
      }),
      { numRuns: 1_000 },
    )
  })

  it.each(Object.entries(defaultCategories))('spares ordinary metadata of %s the schema', (_name, schema) => {
    const encoder = new JsonEncoder(knownShapeOf(schema))
    const said = {
      tool: 'web_search',
      model: 'm',
      current: 1,
      step: 'a',
      message: 'x',
      resultCount: 3,
      other: { deep: [1] },
    }
    expect(encoder.encode(said)).toMatchObject({ ok: true, fits: true })
    expect(encoder.encode({})).toMatchObject({ fits: true })
  })

  it.each(['refined', 'piped', 'record', 'checkedCatchall'])(
    'is not known of %s for what it has to look at',
    (name) => {
      const schema = schemas[name]
      const encoder = new JsonEncoder(schema ? knownShapeOf(schema) : null)
      expect(encoder.encode({ a: 'x' })).toMatchObject({ fits: false })
    },
  )

  it('is read once for a schema', () => {
    expect(knownShapeOf(defaultCategories.tool)).toBe(knownShapeOf(defaultCategories.tool))
  })
})
