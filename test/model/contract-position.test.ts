import { comparePositions, formatPosition, type Position, parsePosition } from '@telltale/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../support/seeded.ts'

const alphanumeric = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'.split('')
const position: fc.Arbitrary<Position> = fc
  .record({
    epoch: fc.string({ unit: fc.constantFrom(...alphanumeric), minLength: 1, maxLength: 24 }),
    offset: fc.maxSafeNat(),
    nonce: fc.integer({ min: 0, max: 0xffff_ffff }),
  })
  .map((any) => (any.offset === 0 ? { ...any, nonce: 0 } : any))

const almost = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: fc.constantFrom('.', 'a', 'Z', '0', 'z', '-', ' ', '\n'), maxLength: 50 }),
  fc.tuple(position, fc.string({ maxLength: 3 })).map(([any, tail]) => formatPosition(any) + tail),
)

describe('positions, for any', () => {
  it('reads again what it printed', () => {
    fc.assert(
      fc.property(position, (any) => {
        const text = formatPosition(any)
        expect(parsePosition(text)).toEqual(any)
        expect(text).toMatch(/^[\x21-\x7e]{1,44}$/)
      }),
      runs(1_000),
    )
  })

  it('never throws for what it did not print, and what it reads there it can print and read', () => {
    fc.assert(
      fc.property(almost, (text) => {
        const parsed = parsePosition(text)
        if (parsed) expect(parsePosition(formatPosition(parsed))).toEqual(parsed)
      }),
      runs(2_000),
    )
  })

  it('compares both ways alike, and by the offset within one life of a log', () => {
    const turned = { same: 'same', before: 'after', after: 'before', unrelated: 'unrelated' }
    const near = fc.record({
      epoch: fc.constantFrom('e', 'f'),
      offset: fc.integer({ min: 1, max: 3 }),
      nonce: fc.constantFrom(1, 2),
    })
    fc.assert(
      fc.property(near, near, (left, right) => {
        const [a, b] = [formatPosition(left), formatPosition(right)]
        const order = comparePositions(a, b)
        expect(comparePositions(b, a)).toBe(turned[order])
        expect(order === 'before').toBe(left.epoch === right.epoch && left.offset < right.offset)
        expect(order === 'same').toBe(a === b)
      }),
      runs(300),
    )
  })
})
