import { TelltaleError } from '@telltale/contract/wire'
import { TRPCClientError } from '@trpc/client'
import { describe, expect, it } from 'vitest'
import { toTelltaleError } from './errors.ts'

/** An error as tRPC's client reports it, with what the server sent as `data`. */
function trpcError(data: unknown): TRPCClientError<never> {
  const shape = { message: 'text', code: -32_600, data }
  return TRPCClientError.from({ error: shape } as never)
}

describe('toTelltaleError', () => {
  it("takes the server's own code and what it says along with it", () => {
    const telltale = { code: 'OVERLOADED', retryable: true, retryAfterMs: 100, errorId: 'x1' }
    const error = toTelltaleError(trpcError({ code: 'SERVICE_UNAVAILABLE', telltale }))
    expect(error).toMatchObject({ code: 'OVERLOADED', message: 'text', retryAfterMs: 100, errorId: 'x1' })
    expect(error.retryable).toBe(true)
    expect(error.cause).toBeInstanceOf(TRPCClientError)
  })

  it.each([
    ['BAD_REQUEST', 'INVALID_INPUT'],
    ['PARSE_ERROR', 'INVALID_INPUT'],
    ['UNAUTHORIZED', 'UNAUTHORIZED'],
    ['FORBIDDEN', 'NOT_FOUND'],
    ['NOT_FOUND', 'NOT_FOUND'],
    ['PAYLOAD_TOO_LARGE', 'PAYLOAD_TOO_LARGE'],
    ['TOO_MANY_REQUESTS', 'TOO_MANY_REQUESTS'],
    ['SERVICE_UNAVAILABLE', 'UNAVAILABLE'],
    ['TIMEOUT', 'TIMEOUT'],
    ['INTERNAL_SERVER_ERROR', 'INTERNAL'],
    ['A_CODE_OF_TOMORROW', 'INTERNAL'],
  ])("reads tRPC's own %s as %s where the server does not say ours", (code, expected) => {
    expect(toTelltaleError(trpcError({ code })).code).toBe(expected)
  })

  it.each([
    ['a code of a newer server', { code: 'TIMEOUT', telltale: { code: 'NOVELTY' } }, 'TIMEOUT'],
    ['something that is no record', { code: 'TIMEOUT', telltale: 'text' }, 'TIMEOUT'],
    ['nothing but data', {}, 'INTERNAL'],
  ])('falls back when the server says %s', (_what, data, code) => {
    const error = toTelltaleError(trpcError(data))
    expect(error.code).toBe(code)
    expect('retryAfterMs' in error).toBe(false)
  })

  it('takes what came without data for a lost connection, and an abort for a timeout', () => {
    expect(toTelltaleError(TRPCClientError.from(new Error('WebSocket closed'))).code).toBe('CONNECTION_LOST')
    const aborted = new DOMException('aborted', 'AbortError')
    expect(toTelltaleError(TRPCClientError.from(aborted)).code).toBe('TIMEOUT')
  })

  it('leaves our own errors as they are, and never throws for anything else', () => {
    const ours = new TelltaleError('DISPOSED', 'closed')
    expect(toTelltaleError(ours)).toBe(ours)
    for (const thrown of [new Error('x'), 'text', null, undefined, 7, {}]) {
      const error = toTelltaleError(thrown)
      expect(error.code).toBe('INTERNAL')
      expect(error.cause).toBe(thrown)
    }
  })

  it('takes no name that every object inherits for a code', () => {
    expect(toTelltaleError(trpcError({ code: 'toString' })).code).toBe('INTERNAL')
  })
})
