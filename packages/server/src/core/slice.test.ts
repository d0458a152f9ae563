import type { Publication } from '@telltale/contract'
import { describe, expect, it } from 'vitest'
import { createFilter, createMatcher } from './filter.ts'
import { readSlice } from './slice.ts'

const spec = { kind: 'status', types: ['tool', 'info'], retention: { size: 100, ttlMs: 1_000 } }
const filter = createFilter(spec) ?? { mask: 3, rankMin: 0, key: '', types: spec.types }

interface Given {
  readonly key?: string
  readonly isFinal?: boolean
  readonly passesFloor?: boolean
}

function log(entries: readonly Given[]) {
  const placed = entries.map(
    (entry, index): Publication<number> => ({
      kind: 'event',
      id: `${index + 1}`,
      type: 'tool',
      priority: 'normal',
      at: 0,
      event: index + 1,
      body: '{}',
      offset: index + 1,
      nonce: 1,
      ...entry,
    }),
  )
  return { head: placed.length, at: (offset: number) => placed[offset - 1] }
}

function read(entries: readonly Given[], conflate = true) {
  const limits = { batchSize: 100, frameMaxBytes: 1_000 }
  const slice = readSlice({ seen: 0, filter, conflate }, { source: log(entries), matcher: createMatcher(spec), limits })
  return { offsets: slice.entries.map(({ offset }) => offset), skipped: slice.skipped }
}

describe('a read of a reader who lags', () => {
  it('leaves out what a later entry of its key says again, and counts it', () => {
    expect(read([{ key: 'a' }, { key: 'b' }, { key: 'a' }, {}])).toEqual({ offsets: [2, 3, 4], skipped: { tool: 1 } })
    expect(read([{ key: 'a' }, { key: 'a' }], false)).toEqual({ offsets: [1, 2], skipped: null })
  })

  it('never leaves out an end, whatever comes behind it under its key', () => {
    expect(read([{ key: 'a' }, { key: 'a', isFinal: true }, { key: 'a' }])).toEqual({
      offsets: [2, 3],
      skipped: { tool: 1 },
    })
  })
})

describe('a floor of priority', () => {
  it('lets what changes a span through, whatever its priority: nothing may go on being shown as it is not', () => {
    const high = createFilter(spec, undefined, 'high')
    const passes = (entry: { passesFloor?: boolean }): boolean =>
      createMatcher(spec).passes({ ...(log([entry]).at(1) as Publication), ...entry }, high ?? filter)
    expect([passes({}), passes({ passesFloor: true })]).toEqual([false, true])
  })
})
