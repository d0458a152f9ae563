import { type AnySpanRecord, type Foldable, isSpanEnd, type Span, type SpanState } from '@telltale/contract'
import fc from 'fast-check'

/** Something a producer says: an update of one of its spans, or one beside them. */
export interface Saying {
  readonly category: string
  /** Which of the category's spans; `null` is none. */
  readonly span: number | null
  readonly state: SpanState
  readonly parent: number | null
  /** The app's own key, of an update beside the spans. */
  readonly key: string | undefined
}

/** The categories of {@link sayings}. */
export const saidCategories = ['engine', 'tool', 'progress', 'error'] as const

const states: readonly SpanState[] = ['started', 'waiting', 'retrying', 'succeeded', 'failed', 'cancelled', 'lost']

/** Sayings about a few spans of a few categories: progress in bursts, ends, and what comes too late. */
export const sayings: fc.Arbitrary<readonly Saying[]> = fc.array(
  fc.record({
    category: fc.constantFrom(...saidCategories),
    span: fc.oneof({ weight: 1, arbitrary: fc.constant(null) }, { weight: 9, arbitrary: fc.nat({ max: 4 }) }),
    state: fc.oneof(
      { weight: 7, arbitrary: fc.constant('running' as const) },
      { weight: 5, arbitrary: fc.constantFrom(...states) },
    ),
    parent: fc.option(fc.nat({ max: 4 })),
    key: fc.constantFrom(undefined, 'a', 'b'),
  }),
  { maxLength: 60, size: 'max' },
)

/** The updates a log has of sayings, with keys as the publisher gives them: to what changes nothing but the progress. */
export function toUpdates(said: readonly Saying[]): readonly Foldable[] {
  const known = new Map<string, SpanState>()
  return said.map((saying, index) => {
    const span = toSpan(saying, index)
    const key = span ? keyOf(span, known.get(span.id)) : saying.key
    if (span) known.set(span.id, span.state)
    return toFoldable(index + 1, saying.category, { span, key })
  })
}

/** An update at a place of a log. */
export function toFoldable(
  offset: number,
  category: string,
  { span, key }: { span?: Span | undefined; key?: string | undefined } = {},
): Foldable {
  return Object.freeze({
    id: `u${offset}`,
    offset,
    category,
    text: `${category} ${offset}`,
    metadata: Object.freeze({ n: offset }),
    timestamp: timeOf(offset),
    ...(key !== undefined && { key }),
    ...(span && { span: Object.freeze(span) }),
  })
}

/** The publisher's rule: an update may be left out when the span was open and goes on as it was. */
export function keyOf(span: Span, before: SpanState | undefined): string | undefined {
  return before === span.state && !isSpanEnd(span.state) ? span.id : undefined
}

/** What a lagging reader gets instead: updates that a later one stands for are left out, and counted. */
export function conflate(updates: readonly Foldable[]): { left: Foldable[]; skipped: Record<string, number> } {
  const skipped: Record<string, number> = {}
  const left = updates.filter((update, index) => {
    if (update.key === undefined || !updates.slice(index + 1).some((later) => standsFor(later, update))) return true
    skipped[update.category] = (skipped[update.category] ?? 0) + 1
    return false
  })
  return { left, skipped }
}

/** Whether an update stands for an earlier one with a key: a later one with the key does, or the end of the span. */
export function standsFor(later: Foldable, { category, key, span }: Foldable): boolean {
  if (later.category !== category || (later.span === undefined) !== (span === undefined)) return false
  if (later.key !== undefined) return later.key === key
  return later.span !== undefined && isSpanEnd(later.span.state) && later.span.id === key
}

/**
 * What is true of the spans of a category, told without folding: a span is what its end said of it, or else what was
 * said last; the newest ends are at the end.
 */
export function trueSpans(updates: readonly Foldable[]): { open: AnySpanRecord[]; ended: AnySpanRecord[] } {
  const telling = new Map<string, { readonly update: Foldable; readonly span: Span }>()
  for (const update of updates) {
    const { span } = update
    const before = span && telling.get(span.id)
    if (span && !(before && isSpanEnd(before.span.state))) telling.set(span.id, { update, span })
  }
  const open: AnySpanRecord[] = []
  const ended: AnySpanRecord[] = []
  for (const { update, span } of telling.values()) {
    const list = isSpanEnd(span.state) ? ended : open
    list.push(toRecord(update, span))
  }
  return { open: sortById(open), ended: ended.sort((a, b) => a.offset - b.offset) }
}

/** Open spans stand in no order that means anything. */
export function sortById<T extends { readonly id: string }>(items: readonly T[]): T[] {
  return [...items].sort((a, b) => (a.id < b.id ? -1 : 1))
}

function toRecord({ category, text, metadata, offset, timestamp }: Foldable, span: Span): AnySpanRecord {
  return { ...span, category, text, metadata, offset, updatedAt: timestamp }
}

function toSpan({ category, span, state, parent }: Saying, index: number): Span | undefined {
  if (span === null) return undefined
  return {
    id: `${category}${span}`,
    name: `${category} ${span}`,
    state,
    startedAt: timeOf(span),
    progress: { percent: index },
    ...(parent !== null && { parentId: `${category}${parent}` }),
    ...(isSpanEnd(state) && { durationMs: index }),
  }
}

function timeOf(second: number): string {
  return new Date(Date.UTC(2026, 0, 1) + second * 1_000).toISOString()
}
