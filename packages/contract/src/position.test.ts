import { describe, expect, it } from 'vitest'
import { comparePositions, formatPosition, originOf, parsePosition } from './position.ts'

describe('positions', () => {
  it.each([
    [{ epoch: 'abc', offset: 0, nonce: 0 }, 'abc.0.0'],
    [{ epoch: 'Z9', offset: 35, nonce: 36 }, 'Z9.z.10'],
    [{ epoch: 'e', offset: 1, nonce: 0 }, 'e.1.0'],
    [
      { epoch: 'x'.repeat(24), offset: Number.MAX_SAFE_INTEGER, nonce: 0xffff_ffff },
      `${'x'.repeat(24)}.2gosa7pa2gv.1z141z3`,
    ],
  ])('prints %o as text and reads it again', (position, text) => {
    expect(formatPosition(position)).toBe(text)
    expect(parsePosition(text)).toEqual(position)
  })

  it('puts the origin of a log before its first entry', () => {
    expect(originOf('e')).toEqual({ epoch: 'e', offset: 0, nonce: 0 })
    expect(comparePositions(formatPosition(originOf('e')), 'e.1.7')).toBe('before')
  })

  it.each([
    ['nothing', ''],
    ['two parts', 'e.1'],
    ['four parts', 'e.1.1.1'],
    ['an empty epoch', '.1.1'],
    ['an epoch that is too long', `${'e'.repeat(25)}.1.1`],
    ['signs in the epoch', 'e-f.1.1'],
    ['an offset with a sign', 'e.-1.1'],
    ['capitals in a number', 'e.A.1'],
    ['a number with a fraction', 'e.1,5.1'],
    ['a line break behind it', 'e.1.1\n'],
    ['an offset no integer can hold', 'e.zzzzzzzzzzz.1'],
    ['a nonce of more than 32 bits', 'e.1.1z141z4'],
    ['a nonce at the origin', 'e.0.1'],
    ['a very long text', `e.1.${'1'.repeat(10_000)}`],
  ])('reads %s as null', (_name, text) => {
    expect(parsePosition(text)).toBeNull()
  })

  it('reads a number with zeros before it as null, for it never printed one', () => {
    expect(parsePosition('e.01.1')).toBeNull()
  })

  it.each([
    ['e.1.1', 'e.1.1', 'same'],
    ['e.1.1', 'e.2.1', 'before'],
    ['e.a.1', 'e.9.1', 'after'],
    ['e.1.1', 'f.2.1', 'unrelated'],
    ['e.1.1', 'e.1.2', 'unrelated'],
    ['e.1.1', 'no position', 'unrelated'],
    ['', 'e.1.1', 'unrelated'],
  ])('compares %s with %s: %s', (a, b, expected) => {
    expect(comparePositions(a, b)).toBe(expected)
  })
})
