import type { TopicSpec } from '@telltale/contract'
import { describe, expect, it } from 'vitest'
import { createFilter } from './filter.ts'

const specOf = (...types: string[]): TopicSpec => ({ kind: 'status', types, retention: { size: 100, ttlMs: 1_000 } })

describe('createFilter', () => {
  it('answers equal questions about a topic with the identical filter, in whatever order the types are named', () => {
    const spec = specOf('tool', 'error', 'info')
    const filter = createFilter(spec, ['error', 'tool'])
    expect(filter).toEqual({ mask: 0b011, rankMin: 0, types: ['tool', 'error'] })
    expect(createFilter(spec, ['tool', 'error'], 'low')).toBe(filter)
    expect(createFilter(spec, ['tool', 'error'], 'high')).toMatchObject({ mask: 0b011, rankMin: 2 })
    expect(createFilter(spec, ['tool'])).toMatchObject({ types: ['tool'] })
    expect(createFilter(spec, ['tool', 'work'])).toBeNull()
  })

  it('does not take the filter of one topic spec for that of another', () => {
    expect(createFilter(specOf('tool', 'error'), ['error'])?.types).toEqual(['error'])
    expect(createFilter(specOf('error', 'tool'), ['tool'])?.types).toEqual(['tool'])
  })

  it('is right for every choice, though only so many are remembered', () => {
    const types = Array.from({ length: 10 }, (_, bit) => `type${bit}`)
    const spec = specOf(...types)
    const choices = Array.from({ length: 1_024 }, (_, mask) => types.filter((_type, bit) => (mask >> bit) & 1))
    for (const chosen of [...choices, ...choices]) expect(createFilter(spec, chosen)?.types).toEqual(chosen)
    const first = createFilter(spec, ['type0'])
    for (const chosen of choices.slice(2)) createFilter(spec, chosen)
    expect(createFilter(spec, ['type0'])).not.toBe(first)
  })

  it('has all types when none are named, of which there may be 31', () => {
    const types = Array.from({ length: 31 }, (_, bit) => `type${bit}`)
    expect(createFilter(specOf(...types))?.types).toEqual(types)
    expect(createFilter(specOf(...types), [...types].reverse())).toEqual(createFilter(specOf(...types)))
  })
})
