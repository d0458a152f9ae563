import { describe, expect, it } from 'vitest'
import { cutSpanText, isSpanEnd, type Span, spanMetadataMax, spanStates, spanTextMax, toSpanRecord } from './span.ts'

const span: Span = { id: 's', name: 'Reading', state: 'running', startedAt: '2026-01-01T00:00:00.000Z' }
const update = {
  category: 'tool',
  text: 'page 3',
  metadata: { n: 3 },
  offset: 7,
  timestamp: '2026-01-01T00:00:07.000Z',
}

/** Metadata of just so many characters, as the bound counts them. */
const metadataOf = (characters: number): object => ({ a: 'x'.repeat(characters - 2 - 1 - 4 - 2) })

describe('a span', () => {
  it('has four states it can leave, and four that are ends', () => {
    expect(spanStates.filter((state) => !isSpanEnd(state))).toEqual(['started', 'running', 'waiting', 'retrying'])
    expect(spanStates.filter(isSpanEnd)).toEqual(['succeeded', 'failed', 'cancelled', 'lost'])
  })
})

describe('toSpanRecord', () => {
  it('keeps the whole state of the span, and what its update said, where and when', () => {
    const whole = {
      ...span,
      parentId: 'p',
      progress: { current: 3, total: 10, percent: 30, unit: 'pages' },
      attempt: 2,
    }
    expect(toSpanRecord(update, whole)).toEqual({
      ...whole,
      category: 'tool',
      text: 'page 3',
      metadata: { n: 3 },
      offset: 7,
      updatedAt: '2026-01-01T00:00:07.000Z',
    })
  })

  it('cuts a text that is too long', () => {
    const { text } = toSpanRecord({ ...update, text: 'x'.repeat(spanTextMax + 1) }, span)
    expect(text).toBe(`${'x'.repeat(spanTextMax - 1)}…`)
  })

  it('keeps metadata up to its bound, and says null for more', () => {
    const most = metadataOf(spanMetadataMax)
    expect(toSpanRecord({ ...update, metadata: most }, span).metadata).toBe(most)
    expect(toSpanRecord({ ...update, metadata: metadataOf(spanMetadataMax + 1) }, span).metadata).toBeNull()
  })

  it.each<[what: string, metadata: unknown]>([
    ['keys alone', Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`key${n}`, 1]))],
    ['a list', { list: Array.from({ length: 400 }, (_, n) => n) }],
    ['what lies deep', { a: { b: { c: { d: ['x'.repeat(2_000)] } } } }],
    ['what came before too much of it', { a: 'x'.repeat(1_000), b: 'y'.repeat(1_000) }],
  ])('counts %s', (_what, metadata) => {
    expect(toSpanRecord({ ...update, metadata }, span).metadata).toBeNull()
  })
})

describe('cutSpanText', () => {
  it('leaves alone what fits, and marks what was cut', () => {
    expect(cutSpanText('12345', 5)).toBe('12345')
    expect(cutSpanText('123456', 5)).toBe('1234…')
  })

  it('never cuts through a character', () => {
    expect(cutSpanText('123😀56', 5)).toBe('123…')
    expect(cutSpanText('12😀456', 5)).toBe('12😀…')
  })
})
