import { describe, expect, it } from 'vitest'
import { copyJson, isPlainObject, isUnsafeKey, type Json, type JsonLimits } from './json.ts'

function copyOf(value: unknown, limits?: JsonLimits): Json {
  const copy = copyJson(value, limits)
  if (!copy.ok) throw new Error(copy.problem)
  return copy.value
}

function problemOf(value: unknown, limits?: JsonLimits): string {
  const copy = copyJson(value, limits)
  return copy.ok ? `no problem: ${JSON.stringify(copy.value)}` : copy.problem
}

/** Arrays in arrays: `nested(1)` is `[]`, `nested(2)` is `[[]]`. */
function nested(depth: number): unknown[] {
  let value: unknown[] = []
  for (let level = 1; level < depth; level++) value = [value]
  return value
}

describe('copyJson: what it copies', () => {
  it('copies deeply, so that later changes of the original do not show', () => {
    const original = { list: [{ name: 'a' }], inner: { count: 1 } }
    const copy = copyOf(original)
    original.list[0] = { name: 'changed' }
    original.list.push({ name: 'more' })
    original.inner.count = 2
    expect(copy).toEqual({ list: [{ name: 'a' }], inner: { count: 1 } })
  })

  it.each([
    ['a text', 'text'],
    ['an empty text', ''],
    ['a number', 1.5],
    ['true', true],
    ['false', false],
    ['null', null],
    ['an empty array', []],
    ['an empty object', {}],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 })],
  ])('copies %s', (_name, value) => {
    expect(copyOf(value)).toEqual(JSON.parse(JSON.stringify(value)))
  })

  it('turns a date into ISO text, and any instance with toJSON into what that returns', () => {
    class Money {
      toJSON(): object {
        return { amount: 3, at: new Date(0) }
      }
    }
    expect(copyOf({ at: new Date(0), price: new Money() })).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      price: { amount: 3, at: '1970-01-01T00:00:00.000Z' },
    })
  })

  it('leaves out keys that are undefined, and writes null for holes and undefined items', () => {
    const list: unknown[] = [undefined, 1]
    list[3] = 2
    const copy = copyOf({ gone: undefined, list })
    expect(Object.keys(copy as object)).toEqual(['list'])
    expect(copy).toEqual({ list: [null, 1, null, 2] })
  })

  it('turns -0 into 0, as JSON would', () => {
    expect(Object.is(copyOf(-0), 0)).toBe(true)
    expect(Object.is((copyOf([-0]) as number[])[0], 0)).toBe(true)
  })

  it('gives its objects the plain prototype and its arrays the plain one', () => {
    const copy = copyOf({ list: [Object.create(null)] }) as { list: object[] }
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype)
    expect(Object.getPrototypeOf(copy.list)).toBe(Array.prototype)
    expect(Object.getPrototypeOf(copy.list[0])).toBe(Object.prototype)
  })

  it('reads each getter once', () => {
    let reads = 0
    const copy = copyOf({
      get count() {
        return ++reads
      },
    })
    expect(copy).toEqual({ count: 1 })
    expect(reads).toBe(1)
  })
})

describe('copyJson: what it refuses', () => {
  const cycle: Record<string, unknown> = { name: 'a' }
  cycle['self'] = cycle

  it.each([
    ['NaN', { a: { b: Number.NaN } }, 'a.b is NaN, which JSON cannot hold'],
    ['infinity', [1, Number.POSITIVE_INFINITY], '[1] is Infinity, which JSON cannot hold'],
    ['a bigint', { a: 1n }, 'a is a bigint, which JSON cannot hold'],
    ['a function', { a: [() => 1] }, 'a[0] is a function, which JSON cannot hold'],
    ['a symbol', { a: Symbol('s') }, 'a is a symbol, which JSON cannot hold'],
    ['undefined itself', undefined, 'the value is a undefined, which JSON cannot hold'],
    ['an instance of a class', { a: new (class Point {})() }, 'a is not plain data'],
    ['a map', { a: new Map() }, 'a is not plain data'],
    ['a set', new Set([1]), 'the value is not plain data'],
    ['an object that inherits from a plain one', { a: Object.create({ b: 1 }) }, 'a is not plain data'],
    ['a date that is none', { a: new Date(Number.NaN) }, 'a has no JSON form'],
    ['a cycle', cycle, 'is nested deeper than 16'],
  ])('refuses %s, and says where', (_name, value, problem) => {
    expect(problemOf(value)).toContain(problem)
  })

  it.each(['__proto__', 'constructor', 'prototype'])('refuses the key %s at any depth', (key) => {
    const bad: unknown = JSON.parse(`{"${key}":1}`)
    expect(problemOf(bad)).toBe(`the value has a key named ${key}`)
    expect(problemOf({ a: [{ b: bad }] })).toBe(`a[0].b has a key named ${key}`)
    expect(isUnsafeKey(key)).toBe(true)
  })

  it('refuses an unsafe key that a toJSON brings in', () => {
    class Sneaky {
      toJSON(): unknown {
        return JSON.parse('{"__proto__":{"polluted":true}}')
      }
    }
    expect(problemOf({ a: new Sneaky() })).toBe('a has a key named __proto__')
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })

  it.each([
    ['a getter', Object.defineProperty({}, 'a', { enumerable: true, get: thrower })],
    [
      'toJSON',
      new (class Throws {
        toJSON = thrower
      })(),
    ],
    ['a proxy', new Proxy({}, { ownKeys: thrower })],
    ['the look for a prototype', new Proxy({}, { getPrototypeOf: thrower })],
  ])('does not throw when %s throws', (_name, value) => {
    expect(problemOf({ value })).toBe('the data threw while it was read')
  })

  it('does not throw for a proxy that was revoked', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(problemOf([proxy])).toBe('the data threw while it was read')
  })

  it('ends on a toJSON that answers with another of its kind for ever', () => {
    class Endless {
      toJSON(): Endless {
        return new Endless()
      }
    }
    expect(problemOf(new Endless())).toContain('nested deeper than 16')
  })
})

describe('copyJson: its bounds', () => {
  it('copies what is exactly as deep as it may be, and refuses one level more', () => {
    expect(copyJson(nested(16)).ok).toBe(true)
    expect(problemOf(nested(17))).toContain('nested deeper than 16')
    expect(copyJson(nested(3), { depthMax: 3 }).ok).toBe(true)
    expect(copyJson(nested(4), { depthMax: 3 }).ok).toBe(false)
  })

  it('counts the characters of texts and keys, and values as one', () => {
    expect(copyJson('x'.repeat(10), { sizeMax: 10 }).ok).toBe(true)
    expect(copyJson('x'.repeat(11), { sizeMax: 10 }).ok).toBe(false)
    expect(copyJson({ abc: 1, de: 'fg' }, { sizeMax: 8 }).ok).toBe(true)
    expect(copyJson({ abc: 1, de: 'fg' }, { sizeMax: 7 }).ok).toBe(false)
    expect(problemOf({ list: ['x'.repeat(70_000)] })).toBe('list[0] makes the data too large')
  })

  it('stops early in an array that is long and empty', () => {
    const list: unknown[] = []
    list.length = 2 ** 32 - 1
    expect(problemOf(list)).toBe('the value makes the data too large')
  })

  it('stops early in a small graph that is a huge tree', () => {
    let value: object = { leaf: 1 }
    for (let level = 0; level < 14; level++) value = { a: value, b: value, c: value, d: value }
    expect(problemOf(value)).toContain('makes the data too large')
  })
})

describe('isPlainObject', () => {
  it.each([
    ['an object literal', {}, true],
    ['an object without a prototype', Object.create(null), true],
    ['an array', [], false],
    ['null', null, false],
    ['a date', new Date(), false],
    ['a text', 'text', false],
    ['an instance', new (class Thing {})(), false],
  ])('judges %s', (_name, value, expected) => {
    expect(isPlainObject(value)).toBe(expected)
  })
})

function thrower(): never {
  throw new Error('read me not')
}
