import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { copyJson } from './json.ts'
import { JsonEncoder, jsonKinds, quoteJson } from './json-text.ts'

/** What the careful way makes of a value: copy it, then write it. */
function carefully(value: unknown) {
  const copied = copyJson(value)
  return copied.ok ? { ok: true, text: JSON.stringify(copied.value) } : copied
}

const odd = fc.oneof(
  fc.constant(undefined),
  fc.constant(Number.NaN),
  fc.constant(-0),
  fc.constant(1n),
  fc.constant(Symbol('x')),
  fc.constant(() => 1),
  fc.date(),
  fc.constant(new Map()),
  fc.constant('\ud800 "\\ \u2028'),
)
const anything = fc.anything({
  withNullPrototype: true,
  withSparseArray: true,
  withDate: true,
  withMap: true,
  withBigInt: true,
  key: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'prototype', 'tool', 'a"b')),
})
const metadata = fc.dictionary(fc.string(), fc.oneof(fc.json(), fc.jsonValue(), odd, anything))

describe('a JSON encoder', () => {
  it('writes and refuses exactly what a careful copy does', () => {
    const encoder = new JsonEncoder()
    fc.assert(
      fc.property(fc.oneof(metadata, anything), (value) => {
        const { fits: _fits, ...encoded } = { fits: false, ...encoder.encode(value) }
        expect(encoded).toEqual(carefully(value))
      }),
      { numRuns: 1_000 },
    )
  })

  it.each([
    ['a getter that throws', Object.defineProperty({}, 'a', { enumerable: true, get: () => JSON.parse('?') })],
    ['what is inherited', Object.create({ a: 1 })],
    [
      'a class',
      new (class Point {
        x = 1
      })(),
    ],
    ['data too deep', JSON.parse(`${'{"a":'.repeat(17)}1${'}'.repeat(17)}`)],
    ['data just deep enough', JSON.parse(`${'{"a":'.repeat(16)}1${'}'.repeat(16)}`)],
    ['lists too deep', { a: JSON.parse(`${'['.repeat(16)}${']'.repeat(16)}`) }],
    ['too much text', { a: 'x'.repeat(65_537) }],
    ['as much text as there may be', { a: 'x'.repeat(65_535) }],
    ['too many entries', Object.fromEntries(Array.from({ length: 40_000 }, (_, index) => [`k${index}`, index]))],
    ['a long list', { a: Array.from({ length: 40_000 }, () => 1) }],
    ['a list with a hole', { a: Object.assign([], { 0: 1, 2: 3 }) }],
    ['its own __proto__', JSON.parse('{"__proto__":1}')],
    ['a nested __proto__', { a: JSON.parse('{"__proto__":1}') }],
    ['no object', 'text'],
    ['nothing', null],
  ])('does so for %s', (_what, value) => {
    const { fits: _fits, ...encoded } = { fits: false, ...new JsonEncoder().encode(value) }
    expect(encoded).toEqual(carefully(value))
  })

  it('knows what certainly is of its shape', () => {
    const kinds = new Map<string, number>([
      ['name', jsonKinds.text],
      ['count', jsonKinds.notNegative],
      ['odd', 0],
    ])
    const fits = (isOpen: boolean, value: object): boolean => {
      const encoded = new JsonEncoder({ kinds, required: ['name'], isOpen }).encode(value)
      return encoded.ok && encoded.fits
    }
    expect(fits(false, { name: 'a', count: 0 })).toBe(true)
    expect(fits(false, { count: 1 })).toBe(false)
    expect(fits(false, { name: undefined, count: 1 })).toBe(false)
    expect(fits(false, { name: 'a', count: -1 })).toBe(false)
    expect(fits(false, { name: 1 })).toBe(false)
    expect(fits(false, { name: 'a', odd: 'looked at by the schema' })).toBe(false)
    expect(fits(false, { name: 'a', other: 1 })).toBe(false)
    expect(fits(true, { name: 'a', other: { deep: [1] } })).toBe(true)
    expect(fits(true, { name: 'a', other: new Date(0) })).toBe(false)
  })

  it('does not look at all of a text that is too long anyway', () => {
    // Ten thousand of them would take minutes if each were looked at.
    const huge = '"é'.repeat(5_000_000)
    const encoder = new JsonEncoder()
    for (let round = 0; round < 10_000; round++) expect(encoder.encode({ a: huge }).ok).toBe(false)
  })

  it('says nothing of a shape that it does not know', () => {
    expect(new JsonEncoder().encode({ a: 1 })).toEqual({ ok: true, text: '{"a":1}', fits: false })
  })

  it('remembers only so many keys, and is right about those it forgot', () => {
    const encoder = new JsonEncoder({ kinds: new Map([['a', jsonKinds.text]]), required: ['a'], isOpen: true })
    for (let index = 0; index < 5_000; index++) encoder.encode({ [`k${index}`]: 1 })
    expect(encoder.encode({ a: 'x' })).toEqual({ ok: true, text: '{"a":"x"}', fits: true })
  })
})

describe('a quoted text', () => {
  it('is what JSON makes of it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ minLength: 49 })), (text) => {
        expect(quoteJson(text)).toBe(JSON.stringify(text))
      }),
    )
  })
})
