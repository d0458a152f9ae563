import { copyJson, isUnsafeKey, type Json } from '@telltale/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../support/seeded.ts'

const thrower = (): never => {
  throw new Error('read me not')
}

/** Objects that do harm, or nothing good, when they are read. */
const hostile: fc.Arbitrary<unknown> = fc
  .constantFrom<(() => unknown)[]>(
    () => Object.defineProperty({}, 'a', { enumerable: true, get: thrower }),
    () => ({ toJSON: thrower }),
    () =>
      new (class Throws {
        toJSON = thrower
      })(),
    () => new Proxy({}, { ownKeys: thrower }),
    () => new Proxy([], { get: thrower }),
    () => JSON.parse('{"__proto__":{"polluted":true}}'),
    () => Symbol('s'),
    () => thrower,
  )
  .map((make) => make())

const anything = fc.anything({
  maxDepth: 4,
  key: fc.oneof({ weight: 9, arbitrary: fc.string() }, fc.constantFrom('__proto__', 'constructor', 'prototype')),
  values: [
    fc.integer(),
    fc.double(),
    fc.string({ unit: 'binary' }),
    fc.boolean(),
    fc.constantFrom(null, undefined, -0),
    hostile,
  ],
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withNullPrototype: true,
  withSparseArray: true,
  withTypedArray: true,
})

/** Every object in a value, however deep. */
function objectsIn(value: unknown, found = new Set<object>()): Set<object> {
  if (typeof value !== 'object' || value === null || found.has(value)) return found
  found.add(value)
  for (const item of Object.values(value)) objectsIn(item, found)
  return found
}

function depthOf(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map((item) => depthOf(item ?? null)))
}

describe('copyJson, for anything', () => {
  it('never throws, and what it copies is exactly what JSON makes of it', () => {
    let copied = 0
    fc.assert(
      fc.property(anything, (value) => {
        const copy = copyJson(value)
        if (!copy.ok) {
          expect(copy.problem).not.toBe('')
          return
        }
        copied++
        expect(JSON.stringify(copy.value)).toBe(JSON.stringify(value))
        expect(JSON.parse(JSON.stringify(copy.value))).toStrictEqual(copy.value)
      }),
      runs(2_000),
    )
    // Else the property would hold for a copy that refuses everything.
    expect(copied).toBeGreaterThan(50)
  })

  it('gives plain objects with plain keys only, of its own and no deeper than it may', () => {
    fc.assert(
      fc.property(anything, fc.integer({ min: 1, max: 5 }), (value, depthMax) => {
        const copy = copyJson(value, { depthMax })
        if (!copy.ok || typeof copy.value !== 'object') return
        for (const object of objectsIn(copy.value)) {
          expect([Object.prototype, Array.prototype]).toContain(Object.getPrototypeOf(object))
          expect(Object.getOwnPropertySymbols(object)).toEqual([])
          expect(Object.keys(object).filter(isUnsafeKey)).toEqual([])
        }
        expect(depthOf(copy.value)).toBeLessThanOrEqual(depthMax)
      }),
      runs(1_000),
    )
  })

  it('shares nothing with the original: neither sees what the other becomes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const copy = copyJson(value)
        if (!copy.ok) return
        const originals = objectsIn(value)
        for (const object of objectsIn(copy.value)) expect(originals.has(object)).toBe(false)
      }),
      runs(300),
    )
  })

  it('never copies more than its bound', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.nat({ max: 60 }), (value, sizeMax) => {
        const copy = copyJson(value, { sizeMax })
        if (!copy.ok) return
        let texts = 0
        JSON.stringify(copy.value, (key, item: unknown) => {
          if (!/^\d*$/.test(key)) texts += key.length
          if (typeof item === 'string') texts += item.length
          return item
        })
        expect(texts).toBeLessThanOrEqual(sizeMax)
      }),
      runs(500),
    )
  })
})
