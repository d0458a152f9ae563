import { describe, expect, it } from 'vitest'
import { envelope } from './envelope.ts'

describe('envelope', () => {
  it("sends what it is given in superjson's envelope, and nothing as superjson says it", () => {
    expect(envelope.input.serialize({ a: 1 })).toEqual({ json: { a: 1 } })
    expect(envelope.input.serialize(null)).toEqual({ json: null })
    expect(envelope.input.serialize(undefined)).toEqual({ json: null, meta: { values: ['undefined'] } })
  })

  it.each([
    ['an envelope', { json: { a: 1 } }, { a: 1 }],
    ['an envelope with annotations', { json: { at: 'x' }, meta: { values: { at: ['Date'] } } }, { at: 'x' }],
    ['an envelope of null', { json: null }, null],
    ['an answer of a root without a transformer', { a: 1 }, { a: 1 }],
    ['a list', [1], [1]],
    ['a text', 'text', 'text'],
    ['null', null, null],
    ['nothing', undefined, undefined],
  ])('reads %s', (_what, wire, value) => {
    expect(envelope.output.deserialize(wire)).toEqual(value)
  })

  it('revives nothing: status data is JSON', () => {
    const bomb = { json: 500_000_000, meta: { values: [['typed-array', 'Float64Array']] } }
    expect(envelope.output.deserialize(bomb)).toBe(500_000_000)
  })
})
