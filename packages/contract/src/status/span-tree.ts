import type { AnyContract, CategoryOf, Contract } from './contract.ts'
import type { AnySpanRecord, SpanRecord } from './span.ts'
import type { CategorySpans } from './span-fold.ts'

/** A span with the spans it is made of, oldest first. */
export type SpanNode<
  TContract extends AnyContract = Contract,
  TCategory extends CategoryOf<TContract> = CategoryOf<TContract>,
> = SpanRecord<TContract, TCategory> & { readonly children: readonly SpanNode<TContract, TCategory>[] }

/** A {@link SpanNode} of any contract. */
export type AnySpanNode = AnySpanRecord & { readonly children: readonly AnySpanNode[] }

/**
 * The spans of a snapshot as trees, oldest first. A span whose parent is not there, because it is of a category that was
 * not asked for or was forgotten, stands at the root; so does one of a circle of parents.
 *
 * @example
 * ```ts
 * for (const root of toSpanTree(snapshot.spans)) console.log(root.name, root.children.length)
 * ```
 */
export function toSpanTree<TContract extends AnyContract, TCategory extends CategoryOf<TContract>>(
  spans: {
    readonly [TName in TCategory]?: CategorySpans<SpanRecord<TContract, TName>>
  },
): readonly SpanNode<TContract, TCategory>[] {
  // The records are of the contract; what is built of them is too.
  return growSpanTree(recordsOf(spans as never), new Map()) as never
}

/** All spans of a snapshot, open and ended. */
export function recordsOf(spans: { readonly [category: string]: CategorySpans }): AnySpanRecord[] {
  return Object.values(spans).flatMap(({ open, ended }) => [...ended, ...open])
}

/** The same from records; a node whose record and children did not change is taken from `known`, which then holds the new ones. */
export function growSpanTree(records: readonly AnySpanRecord[], known: KnownNodes): readonly AnySpanNode[] {
  const byId = new Map(records.map((record) => [record.id, record]))
  const childrenOf = new Map<string, AnySpanRecord[]>()
  const roots: AnySpanRecord[] = []
  for (const record of [...byId.values()].sort(byStart)) {
    const { parentId } = record
    if (parentId === undefined || !byId.has(parentId) || isInCircle(record, byId)) roots.push(record)
    else if (!childrenOf.get(parentId)?.push(record)) childrenOf.set(parentId, [record])
  }
  const grown: KnownNodes = new Map()
  const grow = (record: AnySpanRecord): AnySpanNode => {
    const children = (childrenOf.get(record.id) ?? []).map(grow)
    const before = known.get(record.id)
    const isSame = before?.record === record && areSame(before.node.children, children)
    const entry = isSame ? before : { record, node: { ...record, children } }
    grown.set(record.id, entry)
    return entry.node
  }
  const tree = roots.map(grow)
  known.clear()
  for (const [id, entry] of grown) known.set(id, entry)
  return tree
}

/** Nodes of the tree before, by id. */
export type KnownNodes = Map<string, { readonly record: AnySpanRecord; readonly node: AnySpanNode }>

function byStart(a: AnySpanRecord, b: AnySpanRecord): number {
  if (a.startedAt !== b.startedAt) return a.startedAt < b.startedAt ? -1 : 1
  // Ids of one producer count up, so the shorter one is older.
  return a.id.length - b.id.length || (a.id < b.id ? -1 : 1)
}

/** Parents are said by producers: nobody keeps them from standing in a circle, or in a line longer than a stack. */
function isInCircle(record: AnySpanRecord, byId: ReadonlyMap<string, AnySpanRecord>): boolean {
  let steps = 0
  let parent = record.parentId === undefined ? undefined : byId.get(record.parentId)
  while (parent) {
    if (parent.id === record.id || ++steps >= depthMax) return true
    parent = parent.parentId === undefined ? undefined : byId.get(parent.parentId)
  }
  return false
}

/** A span deeper than this stands at the root. */
const depthMax = 64

function areSame<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index])
}
