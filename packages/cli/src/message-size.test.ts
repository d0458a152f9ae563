import { describe, expect, it } from 'vitest'
import { messageMaxBytes, refuseLarge, sizeOf } from './message-size.ts'

const update = (text: string) => ({ conversationId: 'c', category: 'info', text })

describe('the size of an update in a message', () => {
  it('is counted in bytes, not in characters', () => {
    expect(sizeOf(update('€'.repeat(100))) - sizeOf(update(''))).toBe(300)
  })

  it('is refused when a server would hang up on it, to the byte', () => {
    const room = messageMaxBytes - sizeOf(update(''))
    expect(refuseLarge(update('x'.repeat(room)))).toBeNull()
    expect(refuseLarge(update('x'.repeat(room + 1)))).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' })
  })
})
