import type { Span } from '@telltale/contract/wire'
import { describe, expect, it } from 'vitest'
import { jsonBytes, type Said, Sayings, type Unfit } from './saying.ts'

function setUp() {
  const unfit: (Unfit & { category: string })[] = []
  const sayings = new Sayings(['info', 'tool', 'error'], (category, why) => unfit.push({ category, ...why }))
  const make = (more: Partial<Said>) =>
    sayings.make(
      { conversationId: 'c', category: 'info', text: 'x', metadata: undefined, options: {}, ...more },
      { life: 0, id: 'name' },
    )
  return { sayings, unfit, make }
}

const span = (state: Span['state']): Span => ({ id: 's', name: 's', state, startedAt: '2026-01-01T00:00:00.000Z' })

describe('what is said', () => {
  it('is copied: what happens to it later does not show', () => {
    const metadata = { nested: { n: 1 } }
    const saying = setUp().make({ metadata })
    metadata.nested.n = 2
    expect(saying?.update).toEqual({
      id: 'name',
      conversationId: 'c',
      category: 'info',
      text: 'x',
      metadata: { nested: { n: 1 } },
    })
  })

  it('knows how large it is on the wire', () => {
    const saying = setUp().make({ text: 'ä"\n', metadata: { emoji: '\u{1f600}' } })
    expect(saying?.bytes).toBe(Buffer.byteLength(JSON.stringify(saying?.update)))
  })

  it('goes last of what may be shed when it is an error or an end', () => {
    const { make } = setUp()
    expect(
      [make({}), make({ category: 'error' }), make({ options: { span: span('succeeded') } })].map((one) => one?.rank),
    ).toEqual([1, 2, 2])
    expect(make({ options: { priority: 'low' } })?.rank).toBe(0)
  })

  it.each(['a', 'é', '€', '\u{1f600}', '"', '\u0001', '\ud800', 'a\u{1f600}'])(
    'is cut well-formed when its text of %j is too long',
    (piece) => {
      for (const length of [680, 1_364, 4_093, 4_094, 4_095, 4_096, 10_000]) {
        const text = String(setUp().make({ text: piece.repeat(length) })?.update['text'])
        expect(text.isWellFormed()).toBe(true)
        expect(jsonBytes(text)).toBeLessThanOrEqual(4_096)
        const whole = piece.repeat(length).toWellFormed()
        if (text === whole) continue
        expect(jsonBytes(whole)).toBeGreaterThan(4_096)
        expect(whole.startsWith(text.slice(0, -1)) && text.endsWith('…')).toBe(true)
        // Not a character more would have fitted.
        expect(jsonBytes(text)).toBeGreaterThan(4_096 - 14)
      }
    },
  )
})

describe('what cannot be sent', () => {
  it('is refused with the reason, and a name that is no category stands in no label', () => {
    const { make, unfit } = setUp()
    for (const said of [
      { category: 'x'.repeat(1_000) },
      { conversationId: 'no id!' },
      { metadata: { n: Number.NaN } },
      { metadata: { pad: 'x'.repeat(16_375) } },
      { options: { key: 'x'.repeat(33_000) } },
    ]) {
      expect(make(said)).toBeNull()
    }
    expect(unfit.map(({ category, code }) => [category, code])).toEqual([
      ['', 'UNKNOWN_CATEGORY'],
      ['info', 'INVALID_INPUT'],
      ['info', 'INVALID_METADATA'],
      ['info', 'PAYLOAD_TOO_LARGE'],
      ['info', 'PAYLOAD_TOO_LARGE'],
    ])
    expect(unfit[0]?.problem.length).toBeLessThan(120)
    expect(make({ metadata: { pad: 'x'.repeat(16_374) } })).not.toBeNull()
  })

  it('of a span is said with the metadata before, unless nothing of the span could be said', () => {
    const { make, sayings } = setUp()
    const large = { pad: 'x'.repeat(17_000) }
    expect(make({ metadata: large, options: { span: span('started') } })).toBeNull()
    expect(make({ metadata: large, options: { span: span('succeeded') } })).toBeNull()
    make({ metadata: { n: 1 }, options: { span: span('started') } })
    expect(make({ metadata: large, options: { span: span('running') } })?.update['metadata']).toEqual({ n: 1 })
    expect(make({ metadata: large, options: { span: span('succeeded') } })?.update['metadata']).toEqual({ n: 1 })
    // An ended one is forgotten, and so is all when the producer was given up.
    expect(make({ metadata: large, options: { span: span('running') } })).toBeNull()
    make({ options: { span: span('started') } })
    sayings.forget()
    expect(make({ metadata: large, options: { span: span('running') } })).toBeNull()
  })
})
