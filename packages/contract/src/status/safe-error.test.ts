import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { runs } from '../../../../test/support/seeded.ts'
import { TelltaleError } from '../errors.ts'
import { copyJson } from '../json.ts'
import { toSafeError } from './safe-error.ts'

const nothing = { type: 'Error', message: 'Something went wrong' }

function messageOf(text: string): string {
  return toSafeError(new Error(text)).message
}

/** An object that throws when anything at all is done with it. */
function hostile(): object {
  const traps = Object.getOwnPropertyNames(Reflect).map((trap) => [
    trap,
    () => {
      throw new Error('a trap')
    },
  ])
  return new Proxy({}, Object.fromEntries(traps))
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable(() => {}, {})
  revoke()
  return proxy
}

describe('toSafeError: what can be thrown', () => {
  class PlanError extends Error {
    override readonly name = 'PlanError'
    readonly code = 'E_PLAN'
    readonly retryable = true
  }
  class Nameless {
    readonly message = 'no name'
  }

  it.each([
    ['an error', new Error('boom'), { type: 'Error', message: 'boom' }],
    ['an error of another class', new TypeError('boom'), { type: 'TypeError', message: 'boom' }],
    [
      'an error of the app',
      new PlanError('boom'),
      { type: 'PlanError', message: 'boom', code: 'E_PLAN', retryable: true },
    ],
    [
      'an error of ours, whose retryable is a getter of its class',
      new TelltaleError('OVERLOADED', 'the queue is full'),
      { type: 'TelltaleError', message: 'the queue is full', code: 'OVERLOADED', retryable: true },
    ],
    [
      'several errors in one',
      new AggregateError([new Error('a')], 'all failed'),
      { type: 'AggregateError', message: 'all failed' },
    ],
    [
      'an abort, whose code is inherited',
      new DOMException('gone', 'AbortError'),
      { type: 'AbortError', message: 'gone', code: 20 },
    ],
    [
      'an error of another realm',
      runInNewContext('new RangeError("far away")'),
      { type: 'RangeError', message: 'far away' },
    ],
    ['a text', 'boom', { type: 'Error', message: 'boom' }],
    ['a number', 404, { type: 'Error', message: '404' }],
    ['an object that looks like an error', { name: 'E', message: 'm', code: 7 }, { type: 'E', message: 'm', code: 7 }],
    ['an object with a message alone', { message: 'm' }, { type: 'Error', message: 'm' }],
    ['an instance without a name', new Nameless(), { type: 'Nameless', message: 'no name' }],
    ['a frozen error', Object.freeze(new Error('cold')), { type: 'Error', message: 'cold' }],
    ['undefined', undefined, nothing],
    ['null', null, nothing],
    ['a bigint', 10n ** 1_000n, nothing],
    ['a symbol', Symbol('s'), nothing],
    ['a boolean', false, nothing],
    ['an empty text', '', nothing],
    ['an empty object', {}, nothing],
    ['an object without a prototype', Object.create(null), nothing],
    ['a function', () => {}, nothing],
    ['an error without a message', new Error(), nothing],
    ['a message of white space', new Error(' \n\t\r\n '), nothing],
    ['a message that is no text', { message: { toString: () => 'secret' } }, nothing],
    ['a proxy whose every trap throws', hostile(), nothing],
    ['a proxy that is revoked', revoked(), nothing],
  ])('shows %s', (_what, thrown, safe) => {
    expect(toSafeError(thrown)).toStrictEqual(safe)
  })

  it('reads around getters and toString that throw', () => {
    const thrown = {
      message: 'still here',
      get name(): string {
        throw new Error('no name')
      },
      get code(): string {
        throw revoked()
      },
      get constructor(): never {
        throw new Error('no class')
      },
      toString(): string {
        throw new Error('no text')
      },
    }
    expect(toSafeError(thrown)).toStrictEqual({ type: 'Error', message: 'still here' })
  })

  it('never looks at stacks and causes, cyclic ones included', () => {
    const error = new Error('outside', { cause: new Error('inside') })
    Object.defineProperty(error, 'stack', {
      get: () => {
        throw new Error('the stack was read')
      },
    })
    error.cause = error
    expect(toSafeError(error)).toStrictEqual({ type: 'Error', message: 'outside' })
  })

  it('folds what a schema says into one line', () => {
    const { error } = z.object({ name: z.string() }).safeParse({ name: 7 })
    const safe = toSafeError(error)
    expect(safe.type).toBe('ZodError')
    expect(safe.message).toMatch(/^\[ \{ .*"path": \[ "name" \].*Invalid input/)
  })
})

describe('toSafeError: its type and code', () => {
  it.each([
    ['Bad Request!', 'BadRequest'],
    ['a'.repeat(10_000), 'a'.repeat(64)],
    ['\n', 'Error'],
    ['Ошибка', 'Error'],
    ['Object', 'Error'],
    ['sk-proj-a1b2c3d4', 'Error'],
    ['Error password=hunter2', 'Error'],
    ['$.my_Error-2', '$.my_Error-2'],
  ])('makes of the name %j the type %s', (name, type) => {
    expect(toSafeError(Object.assign(new Error('m'), { name })).type).toBe(type)
  })

  it.each(['ERR_HTTP2_ERROR', '23505', 'auth:expired', 429, -1, 0.5, 'x'.repeat(64)])('keeps the code %j', (code) => {
    expect(toSafeError({ code }).code).toBe(code)
  })

  it.each(
    [
      ['', 'x'.repeat(65), 'two words', 'a\n', 'ä', Number.NaN, Number.POSITIVE_INFINITY, 7n, null, {}, ['E'], true],
      ['sk-proj-a1b2c3d4', 'token:abc123', 'AKIAIOSFODNN7EXAMPLE', '3f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c'],
    ].flat(),
  )('leaves out the code %o', (code) => {
    expect(Object.keys(toSafeError({ code }))).toEqual(['type', 'message'])
  })

  it.each(['true', 1, null, undefined])('leaves out %j, which is not whether it is retryable', (retryable) => {
    expect(Object.keys(toSafeError({ retryable }))).toEqual(['type', 'message'])
  })

  it('says that it is not retryable', () => {
    expect(toSafeError({ retryable: false }).retryable).toBe(false)
  })
})

describe('toSafeError: its message', () => {
  it.each([
    ['lines', 'first\n  second\r\n\r\nthird', 'first second third'],
    ['line breaks of other kinds', 'a\u2028b\u2029c\u0085d\ve\ff\rg', 'a b c d e f g'],
    ['a stack behind it', 'boom\n    at run (/srv/app.js:1:2)\n    at main', 'boom'],
    ['nothing but a stack', '    at run (/srv/app.js:1:2)', nothing.message],
    ['a sentence that begins with at', 'at least 3 are needed\nat once', 'at least 3 are needed at once'],
    ['colours', '\u001b[1m\u001b[31mred\u001b[0m', 'red'],
    ['a title and a link of a terminal', '\u001b]0;title\u0007a \u001b]8;;x\u001b\\link', 'a link'],
    ['control characters', 'a\u0000b\u0007c\u007fd\u009be\tf', 'abcde f'],
    ['half a character', 'a\ud800b', 'a\ufffdb'],
    ['a secret with a control character in it', 'pass\u0000word=hunter2', 'password=[redacted]'],
    ['a secret over two lines', 'Authorization:\n Bearer abc', 'Authorization: [redacted]'],
  ])('is one plain line for %s', (_what, text, line) => {
    expect(messageOf(text)).toBe(line)
  })

  it('is cut at 300 characters, between characters', () => {
    expect(messageOf('x'.repeat(300))).toBe('x'.repeat(300))
    expect(messageOf('x'.repeat(301))).toBe(`${'x'.repeat(299)}…`)
    expect(messageOf(`${'x'.repeat(298)}😀😀`)).toBe(`${'x'.repeat(298)}…`)
    expect(messageOf(`${'x'.repeat(297)}😀😀`)).toBe(`${'x'.repeat(297)}😀…`)
  })

  it('shows no half of a secret that is cut', () => {
    const long = `password=${'p'.repeat(1_900)} `
    for (let gap = 1; gap < 110; gap++) {
      const message = messageOf(`${long}${'-'.repeat(gap)} AKIAIOSFODNN7EXAMPLE and more`)
      expect(message).not.toMatch(/A?KIA|pp/)
    }
    expect(messageOf(`${'x '.repeat(140)}password=${'hunter2'.repeat(20)}`)).not.toContain('hunter')
  })

  it.each([
    ['letters', 'a'],
    ['spaces', ' '],
    ['lines', '\n'],
    ['escapes', '\u001b]'],
    ['stack frames', '\n    at x'],
    ['quotes', 'token="'],
    ['addresses', 'a@'],
  ])('does not wait for 10 MB of %s', (_what, unit) => {
    const text = unit.repeat(10_000_000 / unit.length)
    for (const thrown of [text, new Error(text), { name: text, code: text, message: text }]) {
      expect(toSafeError(thrown).message.length).toBeLessThanOrEqual(300)
    }
  })
})

describe('toSafeError, for anything', () => {
  const fragment = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '\n',
      '\r\n',
      '\n   at x',
      '\u001b[31m',
      '\ud83d',
      'password=',
      'token: "',
      '[',
      '://',
      '@',
      '/home/',
      'eyJ',
    ),
    fc.integer({ min: 1, max: 3_000 }).map((length) => 'x1 '.repeat(length)),
  )
  const text = fc.array(fragment, { maxLength: 12 }).map((parts) => parts.join(''))
  const anything = fc.anything({
    withBigInt: true,
    withNullPrototype: true,
    withObjectString: true,
    withDate: true,
    withMap: true,
  })
  const field = fc.oneof(text, anything)
  const object = fc.record({ name: field, message: field, code: field, retryable: field }, { requiredKeys: [] })
  const thrown = fc.oneof(
    anything,
    text,
    text.map((message) => new Error(message)),
    object,
    object.map((fields) => Object.defineProperties(new Error('m'), Object.getOwnPropertyDescriptors(fields))),
  )

  it('never throws, and shows one bounded line of well-formed text as JSON', () => {
    fc.assert(
      fc.property(thrown, (value) => {
        const safe = toSafeError(value)
        expect(safe.message).not.toMatch(/[\p{Cc}\u2028\u2029]/u)
        expect(safe.message.length).toBeGreaterThan(0)
        expect(safe.message.length).toBeLessThanOrEqual(300)
        expect(safe.message.isWellFormed()).toBe(true)
        expect(safe.type).toMatch(/^[A-Za-z0-9_.$-]{1,64}$/)
        expect(copyJson(safe)).toEqual({ ok: true, value: safe })
      }),
      runs(3_000),
    )
  })

  it('never shows a password, whatever stands around it', () => {
    const key = fc.constantFrom(
      'password=',
      '"password":"',
      "password: '",
      'api_key=',
      '\\"token\\":\\"',
      '?code=',
      'Bearer ',
    )
    fc.assert(
      fc.property(text, key, text, (before, name, after) => {
        // A space before and after: what grows together with its neighbours is another name, or another secret.
        expect(messageOf(`${before} ${name}hunter2 ${after}`)).not.toContain('hunter2')
      }),
      runs(2_000),
    )
  })
})
