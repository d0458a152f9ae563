import { describe, expect, it } from 'vitest'
import { readRefusal } from './refusal.ts'

function say(error: unknown, id: number | null = null): string {
  return JSON.stringify({ id, error })
}

describe('the refusal of a server', () => {
  it('is an error that answers no request, with its code and its words', () => {
    const refusals = [
      readRefusal(say({ message: 'not authorized', code: -32001, data: { code: 'UNAUTHORIZED' } })),
      readRefusal(say({ message: 'too many connections', code: -32029, data: { code: 'TOO_MANY_REQUESTS' } })),
      readRefusal(say({ data: { code: 'UNAUTHORIZED' } })),
    ]
    expect(refusals.map((refusal) => `${refusal?.code}: ${refusal?.message}`)).toEqual([
      'UNAUTHORIZED: not authorized',
      'TOO_MANY_REQUESTS: too many connections',
      'UNAUTHORIZED: the server refused',
    ])
  })

  it.each([
    'PONG',
    new ArrayBuffer(8),
    say({ message: 'not authorized', data: { code: 'UNAUTHORIZED' } }, 1),
    say({ message: 'malformed', data: { code: 'PARSE_ERROR' } }),
    say({ message: 'nothing more' }),
    say({ data: null }),
    say(null),
    say('UNAUTHORIZED'),
    '{"id":null,"error":',
  ])('is not %j', (message) => {
    expect(readRefusal(message)).toBeNull()
  })
})
