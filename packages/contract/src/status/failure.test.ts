import { describe, expect, it } from 'vitest'
import { failureOf } from './failure.ts'
import type { Span, SpanState } from './span.ts'

const timestamp = '2026-01-01T00:00:00.000Z'
const spanIn = (state: SpanState, more: Partial<Span> = {}): Span => ({
  id: 's',
  name: 'Reading',
  state,
  startedAt: timestamp,
  ...more,
})
const update = { id: 'u1', offset: 1, category: 'error', text: 'It broke', metadata: {}, timestamp }
const told = { id: 'u1', offset: 1, text: 'It broke', timestamp }

describe('failureOf', () => {
  it('is told by an error, with what its metadata says of it', () => {
    const metadata = { type: 'TypeError', message: 'no', code: 'E1', retryable: true, other: 1 }
    expect(failureOf({ ...update, metadata })).toEqual({
      ...told,
      error: { type: 'TypeError', message: 'no', code: 'E1', retryable: true },
    })
  })

  it.each<SpanState>(['failed', 'lost'])('is told by a span of any category that is %s', (state) => {
    const error = { type: 'Error', message: 'gone' }
    expect(failureOf({ ...update, category: 'tool', span: spanIn(state, { error }) })).toEqual({
      ...told,
      spanId: 's',
      error,
    })
    expect(failureOf({ ...update, category: 'tool', span: spanIn(state) })).toEqual({ ...told, spanId: 's' })
  })

  it.each<SpanState>(['started', 'running', 'waiting', 'retrying', 'succeeded', 'cancelled'])(
    'is not told by a span that is %s, not even one of errors',
    (state) => {
      expect(failureOf({ ...update, span: spanIn(state, { error: { type: 'E', message: 'again' } }) })).toBeNull()
    },
  )

  it('is not told by anything else', () => {
    expect(failureOf({ ...update, category: 'info', metadata: { message: 'no' } })).toBeNull()
  })

  it('prefers what the span says of the error to what the metadata says', () => {
    const error = { type: 'Inner', message: 'why' }
    const failure = failureOf({ ...update, metadata: { type: 'Outer' }, span: spanIn('failed', { error }) })
    expect(failure?.error).toEqual(error)
  })

  it.each<[what: string, metadata: unknown, error: unknown]>([
    ['no object', null, undefined],
    ['neither type nor message', { code: 'E1' }, undefined],
    ['parts of other types', { type: 7, message: { a: 1 } }, undefined],
    ['a message only', { message: 'no' }, { type: 'Error', message: 'no' }],
    ['a type only', { type: 'TypeError', code: {}, retryable: 'yes' }, { type: 'TypeError', message: '' }],
    ['a number as code', { type: 'E', message: 'm', code: 7 }, { type: 'E', message: 'm', code: 7 }],
  ])('takes from metadata what is of an error: %s', (_what, metadata, error) => {
    expect(failureOf({ ...update, metadata })?.error).toEqual(error)
  })

  it('cuts what is long', () => {
    const failure = failureOf({
      ...update,
      text: 'x'.repeat(300),
      metadata: { type: 'T'.repeat(99), message: 'm'.repeat(999) },
    })
    expect([failure?.text.length, failure?.error?.type.length, failure?.error?.message.length]).toEqual([256, 64, 256])
  })
})
