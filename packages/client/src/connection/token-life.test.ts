import { describe, expect, it } from 'vitest'
import { remainingLife } from './token-life.ts'

const tokenOf = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`
const day = 86_400_000

describe('remainingLife', () => {
  it('is what is left of a token', () => {
    expect(remainingLife(tokenOf({ iat: 1_000, exp: 1_600 }), 1_200_000)).toBe(400_000)
    expect(remainingLife(tokenOf({ exp: 1_600, name: 'ﬁé🙂' }), 1_200_000)).toBe(400_000)
  })

  it('is all of it for a clock that is wrong by a day, one way or the other', () => {
    const token = tokenOf({ iat: 1_000, exp: 1_600 })
    expect(remainingLife(token, 1_200_000 + day)).toBe(600_000)
    expect(remainingLife(token, 1_200_000 - day)).toBe(600_000)
  })

  it('is not known of anything else', () => {
    for (const token of ['', 'opaque', 'a.b.c', 'a..c', tokenOf([]), tokenOf({ exp: 'soon' }), `a.${btoa('null')}.c`])
      expect(remainingLife(token, 0)).toBeNull()
  })
})
