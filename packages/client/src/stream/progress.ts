import { type AnySpanNode, type Foldable, isSpanEnd } from '@telltale/contract/wire'

/** How far the work of a conversation is, for one bar. */
export interface StatusProgress {
  readonly current: number | null
  /** `null` where it is not known how much there is. */
  readonly total: number | null
  /** 0 to 100; `null` where it cannot be known. */
  readonly percent: number | null
  readonly unit: string | null
  /** What was said with it. */
  readonly text: string
  /** The span it is of; `null` when it was said by itself. */
  readonly spanId: string | null
}

/**
 * The progress to show when there is room for one: of the open span nearest to a root, the one heard of last; where an app
 * has no spans, what its category `progress` said last.
 */
export function toProgress(roots: readonly AnySpanNode[], latest: Foldable | undefined): StatusProgress | null {
  for (let level = roots; level.length > 0; level = level.flatMap(({ children }) => children)) {
    const found = level
      .filter(({ state, progress }) => progress !== undefined && !isSpanEnd(state))
      .reduce<AnySpanNode | null>((newest, span) => (newest && newest.offset > span.offset ? newest : span), null)
    if (found?.progress) return { ...numbersIn(found.progress), text: found.text, spanId: found.id }
  }
  if (roots.length > 0 || !latest || typeof latest.metadata !== 'object' || latest.metadata === null) return null
  return { ...numbersIn(latest.metadata), text: latest.text, spanId: null }
}

function numbersIn(said: object): Pick<StatusProgress, 'current' | 'total' | 'percent' | 'unit'> {
  const { current, total, percent, unit } = said as Record<string, unknown>
  const number = (value: unknown): number | null => (typeof value === 'number' ? value : null)
  return {
    current: number(current),
    total: number(total),
    percent: number(percent),
    unit: typeof unit === 'string' ? unit : null,
  }
}
