import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnySpanRecord } from './span.ts'
import { type AnySpanNode, growSpanTree, type KnownNodes, recordsOf, toSpanTree } from './span-tree.ts'

function record(id: string, parentId?: string, second = 0): AnySpanRecord {
  const startedAt = new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString()
  return {
    id,
    ...(parentId !== undefined && { parentId }),
    name: id,
    state: 'running',
    startedAt,
    category: 'tool',
    text: id,
    metadata: {},
    offset: 1,
    updatedAt: startedAt,
  }
}

/** Ids of a tree, children in brackets. */
function shape(nodes: readonly AnySpanNode[]): string {
  return nodes.map(({ id, children }) => (children.length === 0 ? id : `${id}(${shape(children)})`)).join(' ')
}

const grow = (records: readonly AnySpanRecord[], known: KnownNodes = new Map()) => growSpanTree(records, known)
const nodesIn = (nodes: readonly AnySpanNode[]): AnySpanNode[] =>
  nodes.flatMap((node) => [node, ...nodesIn(node.children)])
const depthOf = (nodes: readonly AnySpanNode[]): number => Math.max(0, ...nodes.map((n) => 1 + depthOf(n.children)))

describe('the tree of spans', () => {
  it('puts children under their parents, oldest first, whatever order they come in', () => {
    const records = [
      record('c', 'a', 3),
      record('b', 'a', 2),
      record('a', undefined, 1),
      record('z'),
      record('d', 'b', 4),
    ]
    expect(shape(grow(records))).toBe('z a(b(d) c)')
    expect(shape(grow(records.toReversed()))).toBe('z a(b(d) c)')
  })

  it('orders spans of one moment by their ids, which count up', () => {
    expect(shape(grow([record('s10'), record('s9'), record('s2'), record('s1')]))).toBe('s1 s2 s9 s10')
  })

  it('takes open and ended spans of all categories of a snapshot together', () => {
    const spans = {
      workflow: { open: [record('a')], ended: [], beyond: ['far'] },
      tool: { open: [record('c', 'a', 2)], ended: [record('b', 'a', 1)], beyond: [] },
    }
    expect(shape(toSpanTree(spans as never))).toBe('a(b c)')
    expect(recordsOf(spans).map(({ id }) => id)).toEqual(['a', 'b', 'c'])
    expect(toSpanTree({})).toEqual([])
  })

  it('has at its root what has no parent here', () => {
    expect(shape(grow([record('b', 'gone', 1), record('c', 'b', 2), record('a')]))).toBe('a b(c)')
  })

  it('has at its root what stands in a circle of parents, and ends', () => {
    expect(shape(grow([record('a', 'a')]))).toBe('a')
    expect(shape(grow([record('a', 'c', 1), record('b', 'a', 2), record('c', 'b', 3)]))).toBe('a b c')
  })

  it('has at its root what lies deeper than 64', () => {
    const line = Array.from({ length: 70 }, (_, n) => record(`s${n}`, n === 0 ? undefined : `s${n - 1}`, n))
    const tree = grow(line)
    expect(tree.map(({ id }) => id)).toEqual(['s0', 's64', 's65', 's66', 's67', 's68', 's69'])
    expect(depthOf(tree)).toBe(64)
  })

  it('grows from a line of 10,000 spans in a moment', () => {
    const line = Array.from({ length: 10_000 }, (_, n) => record(`s${n}`, `s${n - 1}`))
    expect(nodesIn(grow(line))).toHaveLength(10_000)
  })

  it('keeps the nodes that did not change, and makes anew those above one that did', () => {
    const known: KnownNodes = new Map()
    const [a, b, c, d] = [record('a'), record('b', 'a', 1), record('c', 'b', 2), record('d', 'a', 3)]
    const before = nodesIn(grow([a, b, c, d], known))
    expect(nodesIn(grow([a, b, c, d], known))).toEqual(before)
    for (const [index, node] of nodesIn(grow([a, b, c, d], known)).entries()) expect(node).toBe(before[index])

    const [newA, newB, newC, newD] = nodesIn(grow([a, b, { ...c, text: 'on' }, d], known))
    expect([newA === before[0], newB === before[1], newC === before[2]]).toEqual([false, false, false])
    expect(newC?.text).toBe('on')
    expect(newD).toBe(before[3])
  })

  it('forgets the nodes of spans that are gone', () => {
    const known: KnownNodes = new Map()
    grow([record('a'), record('b', 'a')], known)
    grow([record('a')], known)
    expect([...known.keys()]).toEqual(['a'])
  })

  it('holds every span exactly once, whatever their parents are', () => {
    const id = fc.constantFrom(...'abcdefgh'.split(''))
    const records = fc.uniqueArray(fc.tuple(id, fc.option(id, { nil: undefined }), fc.nat({ max: 3 })), {
      selector: ([own]) => own,
    })
    fc.assert(
      fc.property(records, (all) => {
        const tree = grow(all.map(([own, parent, second]) => record(own, parent, second)))
        const nodes = nodesIn(tree)
        expect(nodes.map((node) => node.id).sort()).toEqual(all.map(([own]) => own).sort())
        for (const { id: own, children } of nodes) {
          for (const child of children) expect(child.parentId).toBe(own)
        }
      }),
    )
  })
})
