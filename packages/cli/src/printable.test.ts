import { describe, expect, it } from 'vitest'
import { toPrintable } from './printable.ts'

describe('printable text', () => {
  it('leaves people’s text as it is', () => {
    const text = 'Résumé – 検索中… 👩‍💻 שלום "quotes" \\ and more'
    expect(toPrintable(text)).toBe(text)
  })

  it('writes out what a terminal would obey, of both kinds of control characters', () => {
    expect(toPrintable('\u001b[31mred\u0007 \u009b2J \u007f')).toBe('\\u001b[31mred\\u0007 \\u009b2J \\u007f')
  })

  it('keeps a text on one line', () => {
    expect(toPrintable('a\nb\r\tc\u2028d')).toBe('a\\nb\\r\\tc\\u2028d')
  })

  it('writes out what turns the writing direction round, and halves of characters', () => {
    expect(toPrintable('\u202egpj.exe \u2066x\u2069 \ud83d')).toBe('\\u202egpj.exe \\u2066x\\u2069 \\ud83d')
  })

  it('leaves JSON the same JSON', () => {
    const value = { '\u009b': '\u001b[0m\u0085\u202e\n\ud800' }
    const json = toPrintable(JSON.stringify(value))
    expect(json).toMatch(/^[\x20-\x7e]*$/)
    expect(JSON.parse(json)).toEqual(value)
  })
})
