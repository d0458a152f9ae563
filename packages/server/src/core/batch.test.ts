import { describe, expect, it } from 'vitest'
import { SharedBatch } from './batch.ts'
import type { EventEntry } from './slice.ts'

const bodies = ['"id":"a"}', '"id":"b"}']

function entryOf(body: string, index: number): EventEntry<object> {
  return {
    kind: 'event',
    id: body,
    type: 'info',
    priority: 'normal',
    at: 0,
    event: {},
    body,
    offset: index + 7,
    nonce: 1,
  }
}

function batchOf(texts: readonly string[]) {
  const slice = { to: 8, entries: texts.map(entryOf), sizeBytes: 0, skipped: null, end: 'head' as const }
  const origin = { seen: 6, filter: { mask: 1, rankMin: 0, types: ['info'] }, conflate: false }
  return new SharedBatch(slice, origin, 'e.8.1', {
    toUpdate: ({ offset, body }) => JSON.parse(`{"offset":${offset},${body}`) as object,
  })
}

describe('a shared batch', () => {
  it('has its updates as JSON, and what closes the message behind them', () => {
    expect(batchOf(bodies).encode('}')).toBe('[{"offset":7,"id":"a"},{"offset":8,"id":"b"}]}')
  })

  it('keeps what was made of it for those who close their messages alike', () => {
    const batch = batchOf(bodies)
    expect(batch.encoded('}')).toBeNull()
    const bytes = Buffer.from(batch.encode('}'))
    batch.keep('}', bytes)
    batch.keep('}}', 'other')
    expect([batch.encoded('}'), batch.encoded('}}'), batch.encoded('')]).toEqual([bytes, 'other', null])
    expect(batch.encoded('}')).toBe(bytes)
  })

  it('without updates is an empty list', () => {
    expect(batchOf([]).encode('')).toBe('[]')
  })

  it('is the same frame for all who come from the same place', () => {
    const batch = batchOf(bodies)
    expect(batch.frame('e.6.1')).toBe(batch.frame('e.6.1'))
    expect(batch.frame('e.6.1').frame).toBe(batch.frame('e.6.1').frame)
    expect(batch.frame('e.5.1').frame.after).toBe('e.5.1')
  })

  it('says as data what it says as bytes', () => {
    const batch = batchOf(bodies)
    const { frame, position } = batch.frame('e.6.1')
    expect(JSON.parse(batch.encode(''))).toEqual(frame.updates)
    expect(JSON.parse(JSON.stringify(frame))).toEqual({ type: 'batch', after: 'e.6.1', updates: frame.updates })
    expect(position).toBe('e.8.1')
    expect(Object.isFrozen(frame) && Object.isFrozen(frame.updates)).toBe(true)
  })
})
