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
