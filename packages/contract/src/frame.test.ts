import { describe, expect, it } from 'vitest'
import { priorities, priorityRank } from './event.ts'
import { isFrame, sumCounts } from './frame.ts'
import { defaultPriority } from './status/update.ts'

describe('isFrame', () => {
  it.each([
    { type: 'ready', from: 'e.0.0', head: 'e.0.0' },
    { type: 'batch', after: 'e.0.0', updates: [] },
    { type: 'gap', after: 'e.0.0' },
  ])('knows the type $type, and knows it is none without what it cannot be without', (frame) => {
    expect(isFrame(frame)).toBe(true)
    expect(isFrame({ type: frame.type })).toBe(false)
  })

  it.each([
    ['a type from a newer server', { type: 'novelty' }],
    ['no type', { after: 'e.0.0' }],
    ['a type that is no text', { type: 1 }],
    ['null', null],
    ['a text', 'ready'],
    ['nothing', undefined],
  ])('does not know %s', (_name, value) => {
    expect(isFrame(value)).toBe(false)
  })
})

describe('counts and priorities', () => {
  it('adds counts up', () => {
    expect(sumCounts({})).toBe(0)
    expect(sumCounts({ tool: 2, info: 3 })).toBe(5)
  })

  it('ranks priorities, least first', () => {
    expect(priorities.map(priorityRank)).toEqual([0, 1, 2])
    expect(priorities).toEqual(['low', 'normal', 'high'])
  })

  it('holds errors high, progress low and everything else between', () => {
    expect(['error', 'progress', 'tool', 'retrieval'].map(defaultPriority)).toEqual(['high', 'low', 'normal', 'normal'])
  })
})
