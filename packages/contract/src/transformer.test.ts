import superjson from 'superjson'
import { afterEach, describe, expect, it } from 'vitest'
import { transformer, unwrapInput } from './transformer.ts'

/** What a stock client with superjson puts on the wire for an input, read again from its text. */
function sent(input: unknown): unknown {
  return JSON.parse(JSON.stringify(superjson.serialize(input)))
}

afterEach(() => {
  expect(Object.keys(Object.prototype)).toEqual([])
})

describe('unwrapInput: plain JSON', () => {
  it.each([
    ['an object', { conversationId: 'c1' }],
    ['an object with a key named meta', { meta: { values: { a: ['undefined'] } }, a: null }],
    ['an object with json and a key of its own', { json: { a: 1 }, limit: 3 }],
    ['an array', [{ json: 1 }]],
    ['a text', 'text'],
    ['null', null],
    ['nothing', undefined],
  ])('leaves %s as it is', (_name, value) => {
    expect(unwrapInput(value)).toBe(value)
  })
})

describe("unwrapInput: superjson's envelope", () => {
  it('takes the plain JSON out and revives nothing', () => {
    const input = {
      at: new Date(0),
      big: 7n,
      list: new Set([1]),
      map: new Map([['a', 1]]),
      link: new URL('http://a.b/'),
    }
    expect(unwrapInput(sent(input))).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      big: '7',
      list: [1],
      map: [['a', 1]],
      link: 'http://a.b/',
    })
  })

  it('removes keys that superjson wrote as null because they were undefined, and only those', () => {
    const input = { id: undefined, key: null, metadata: { query: undefined, deep: { gone: undefined, kept: null } } }
    expect(unwrapInput(sent(input))).toEqual({ key: null, metadata: { deep: { kept: null } } })
  })

  it('removes nothing that is not null, whatever the annotation says', () => {
    const meta = { values: { a: ['undefined'], 'b.c': ['undefined'] } }
    expect(unwrapInput({ json: { a: 1, b: { c: 'x' } }, meta })).toEqual({ a: 1, b: { c: 'x' } })
  })

  it('keeps the lastEventId that tRPC adds beside the envelope', () => {
    expect(unwrapInput({ json: { conversationId: 'c1' }, lastEventId: 'e.1.1' })).toEqual({
      conversationId: 'c1',
      lastEventId: 'e.1.1',
    })
    expect(unwrapInput({ json: undefined, lastEventId: 'e.1.1' })).toEqual({ lastEventId: 'e.1.1' })
    expect(unwrapInput({ json: 'text', lastEventId: 'e.1.1' })).toBe('text')
  })

  it('leaves a typed array of a huge announced length the number it was', () => {
    const bomb = { json: { a: 500_000_000 }, meta: { values: { a: [['typed-array', 'Float64Array']] } } }
    expect(unwrapInput(bomb)).toEqual({ a: 500_000_000 })
  })
})

describe('unwrapInput: what a hostile client sends', () => {
  it.each([
    ['meta that is no object', '{"json":{"a":null},"meta":7}'],
    ['values that are a list', '{"json":{"a":null},"meta":{"values":[["undefined"]]}}'],
    ['values that are null', '{"json":{"a":null},"meta":{"values":null}}'],
    ['annotations that are no lists', '{"json":{"a":null},"meta":{"values":{"a":"undefined","b":{"0":"undefined"}}}}'],
    ['paths that lead nowhere', '{"json":{"a":null},"meta":{"values":{"b.c.d":["undefined"],"a.b":["undefined"]}}}'],
    ['paths through prototypes', '{"json":{"a":null},"meta":{"values":{"__proto__.polluted":["undefined"]}}}'],
    ['paths through constructors', '{"json":{"a":null},"meta":{"values":{"constructor.prototype.x":["undefined"]}}}'],
    ['equalities', '{"json":{"a":null},"meta":{"referentialEqualities":{"a":["__proto__"]}}}'],
  ])('ignores %s', (_name, text) => {
    expect(unwrapInput(JSON.parse(text))).toEqual({ a: null })
  })

  it('neither follows nor removes a prototype that came as a key', () => {
    const value = unwrapInput(
      JSON.parse('{"json":{"__proto__":{"a":null}},"meta":{"values":{"__proto__.a":["undefined"]}}}'),
    )
    expect(JSON.stringify(value)).toBe('{"__proto__":{"a":null}}')
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  })

  it('reads a path of ten thousand steps without harm', () => {
    const values = { [Array.from({ length: 10_000 }, () => 'a').join('.')]: ['undefined'] }
    expect(unwrapInput({ json: { a: { a: null } }, meta: { values } })).toEqual({ a: { a: null } })
  })
})

describe('unwrapInput: what was once a fault', () => {
  it('removes an undefined key of an item in a list, as publishMany has them', () => {
    const input = { updates: [{ conversationId: 'c1', id: undefined }] }
    expect(unwrapInput(sent(input))).toEqual({ updates: [{ conversationId: 'c1' }] })
  })

  it('removes an undefined key with dots in its name, as the attributes of OpenTelemetry have them', () => {
    const input = { metadata: { 'gen_ai.request.model': undefined } }
    expect(unwrapInput(sent(input))).toEqual({ metadata: {} })
  })

  it('is undefined again for an input that was undefined', () => {
    expect(unwrapInput(sent(undefined))).toBeUndefined()
  })
})

describe('transformer', () => {
  it('writes the envelope that stock clients read, with what JSON alone would lose', () => {
    const value = { at: new Date(0), gone: undefined }
    const wire: unknown = JSON.parse(JSON.stringify(transformer.output.serialize(value)))
    expect(superjson.deserialize(wire as never)).toEqual(value)
    expect(transformer.output.deserialize(wire)).toEqual(value)
  })

  it('unwraps what comes in, whichever end it is used on', () => {
    expect(transformer.input.deserialize(transformer.input.serialize({ a: 1, b: undefined }))).toEqual({ a: 1 })
  })
})
