import type { AnySpanNode, Foldable } from '@telltale/contract/wire'
import { describe, expect, it } from 'vitest'
import { toProgress } from './progress.ts'

const node = (id: string, offset: number, more: Partial<AnySpanNode> = {}): AnySpanNode => ({
  id,
  name: id,
  state: 'running',
  startedAt: '',
  category: 'tool',
  text: `text of ${id}`,
  metadata: {},
  offset,
  updatedAt: '',
  children: [],
  ...more,
})
const said = (metadata: object): Foldable => ({
  id: 'u',
  offset: 1,
  category: 'progress',
  text: 'said',
  metadata,
  timestamp: '',
})

describe('the progress for one bar', () => {
  it('is of the open span nearest to a root, the one heard of last', () => {
    const deep = node('deep', 9, { progress: { percent: 90 } })
    const roots = [
      node('a', 1, {
        children: [deep, node('b', 3, { progress: { current: 3, total: 4, percent: 75, unit: 'pages' } })],
      }),
      node('c', 2, { children: [node('d', 5, { children: [node('e', 20, { progress: { percent: 1 } })] })] }),
    ]
    expect(toProgress(roots, undefined)).toMatchObject({
      spanId: 'deep',
      percent: 90,
      current: null,
      text: 'text of deep',
    })
  })

  it('is not of a span that has ended', () => {
    const roots = [node('a', 1, { state: 'succeeded', progress: { percent: 100 } })]
    expect(toProgress(roots, undefined)).toBeNull()
  })

  it('is what the category says, where there are no spans', () => {
    expect(toProgress([], said({ current: 1, total: 2, percent: 50, unit: 'files' }))).toEqual({
      current: 1,
      total: 2,
      percent: 50,
      unit: 'files',
      text: 'said',
      spanId: null,
    })
    expect(toProgress([], said({ current: 'x' }))).toMatchObject({ current: null, percent: null })
    expect(toProgress([node('a', 1)], said({ current: 1 }))).toBeNull()
    expect(toProgress([], undefined)).toBeNull()
  })
})
