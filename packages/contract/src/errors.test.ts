import { describe, expect, it, vi } from 'vitest'
import { type ErrorCode, errorCodes, isErrorCode, TelltaleError } from './errors.ts'

const retryable: readonly ErrorCode[] = ['TOO_MANY_REQUESTS', 'OVERLOADED', 'UNAVAILABLE', 'TIMEOUT', 'CONNECTION_LOST']

describe('TelltaleError', () => {
  it.each(Object.keys(errorCodes) as ErrorCode[])('says of %s whether trying again can help', (code) => {
    expect(new TelltaleError(code, 'text').retryable).toBe(retryable.includes(code))
  })

  it('is an error with a name, a code and what else is known', () => {
    const cause = new Error('below')
    const error = new TelltaleError('OVERLOADED', 'too many', { retryAfterMs: 100, errorId: 'x1', cause })
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ name: 'TelltaleError', code: 'OVERLOADED', message: 'too many' })
    expect(error).toMatchObject({ retryAfterMs: 100, errorId: 'x1', cause })
  })

  it('has no keys for what is not known', () => {
    const error = new TelltaleError('INTERNAL', 'text')
    for (const key of ['retryAfterMs', 'errorId', 'cause']) expect(key in error).toBe(false)
  })

  it('is recognised across copies of the package, where instanceof fails', async () => {
    vi.resetModules()
    const copy = await import('./errors.ts')
    const error = new copy.TelltaleError('TIMEOUT', 'late')
    expect(copy.TelltaleError).not.toBe(TelltaleError)
    expect(error).not.toBeInstanceOf(TelltaleError)
    expect(TelltaleError.isInstance(error)).toBe(true)
    expect(copy.TelltaleError.isInstance(new TelltaleError('TIMEOUT', 'late'))).toBe(true)
  })

  it.each([
    ['another error', new Error('no')],
    ['an object that looks like one', { name: 'TelltaleError', code: 'TIMEOUT', message: 'late' }],
    ['a text', 'TIMEOUT'],
    ['null', null],
    ['nothing', undefined],
  ])('does not take %s for one', (_name, value) => {
    expect(TelltaleError.isInstance(value)).toBe(false)
  })

  it('shows nothing of its brand when it is printed', () => {
    expect(Object.getOwnPropertySymbols(new TelltaleError('TIMEOUT', 'late'))).toEqual([])
  })
})

describe('isErrorCode', () => {
  it('knows the codes of the table and nothing it inherits', () => {
    expect(isErrorCode('TIMEOUT')).toBe(true)
    for (const value of ['toString', '__proto__', 'timeout', '', 7, null]) expect(isErrorCode(value)).toBe(false)
  })
})
