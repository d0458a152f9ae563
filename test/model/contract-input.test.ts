import { unwrapInput } from '@telltale/contract'
import fc from 'fast-check'
import superjson from 'superjson'
import { afterEach, describe, expect, it } from 'vitest'
import { runs } from '../support/seeded.ts'

const name = fc.stringMatching(/^[a-z_]{1,4}(\.[a-z]{1,2})?$/)
const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
/** Inputs as our procedures take them: objects in objects and lists, some keys undefined, some with dots. */
const { input } = fc.letrec<{ input: Record<string, unknown>; value: unknown }>((tie) => ({
  input: fc.dictionary(name, tie('value'), { maxKeys: 5 }),
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc.constant(undefined),
    fc.array(fc.oneof(scalar, tie('input')), { maxLength: 4 }),
    tie('input'),
  ),
}))

const harmful = fc.constantFrom(
  '__proto__',
  'constructor',
  'prototype',
  '__proto__.polluted',
  'constructor.prototype.polluted',
)
const annotation = fc.oneof(
  fc.constantFrom(['undefined'], ['Date'], ['bigint'], [['typed-array', 'Float64Array']], 'undefined', null, 7),
  fc.jsonValue({ maxDepth: 2 }),
)
const hostileMeta = fc.oneof(
  fc.record({ values: fc.dictionary(fc.oneof(harmful, name, fc.string()), annotation), v: fc.constant(1) }),
  fc.jsonValue({ maxDepth: 3 }),
)

afterEach(() => {
  expect(Object.keys(Object.prototype)).toEqual([])
})

/** The same value without its undefined keys, as JSON has it. */
function defined(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

describe('unwrapInput, for any input', () => {
  it('gives what a stock client was asked to send', () => {
    fc.assert(
      fc.property(input, (value) => {
        const wire: unknown = defined(superjson.serialize(value))
        expect(unwrapInput(wire)).toStrictEqual(defined(value))
      }),
      runs(1_000),
    )
  })

  it('gives what a client without a transformer sent, untouched', () => {
    fc.assert(
      fc.property(input, (value) => {
        if (!('json' in value)) expect(unwrapInput(value)).toBe(value)
      }),
      runs(300),
    )
  })

  it('neither throws nor adds nor changes anything, whatever the annotations say', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), hostileMeta, (json, meta) => {
        const wire = defined({ json, meta }) as { json: unknown; meta: unknown }
        const text = JSON.stringify(wire.json)
        const unwrapped = unwrapInput(wire)
        if (!text.includes('null')) expect(JSON.stringify(unwrapped)).toBe(text)
        expect(Object.getPrototypeOf(Object(unwrapped))).toBe(Object.getPrototypeOf(Object(json)))
      }),
      runs(2_000),
    )
  })
})
