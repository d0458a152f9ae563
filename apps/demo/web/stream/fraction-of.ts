import type { SpanProgress, StatusUpdate } from '@telltale/contract/wire'

/** How much of something is done. */
export interface Fraction {
  readonly done: number
  readonly total: number
  /** Such as `3 of 10 pages`. */
  readonly label: string
  /** The keys of the metadata that this says already. */
  readonly keys: readonly string[]
}

/** What an update says about how far it is, where it says it in numbers that can be drawn. */
export function fractionOf(update: StatusUpdate): Fraction | null {
  const ofSpan = update.span?.progress ? progressFraction(update.span.progress) : null
  if (ofSpan) return { ...ofSpan, keys: ['completedSteps', 'totalSteps', 'unit'] }
  if (update.category === 'workflow') {
    const { completedSteps, totalSteps } = update.metadata
    return fraction(completedSteps, totalSteps, 'steps', ['completedSteps', 'totalSteps'])
  }
  if (update.category !== 'progress') return null
  const { current, total, percent, unit } = update.metadata
  return (
    fraction(current, total, unit ?? '', ['current', 'total', 'unit', 'percent']) ??
    fraction(percent, 100, '%', ['percent'])
  )
}

/** How far a span is, where it says it in numbers that can be drawn. */
export function progressFraction({ current, total, percent, unit }: SpanProgress): Fraction | null {
  return fraction(current, total, unit ?? '', []) ?? fraction(percent, 100, '%', [])
}

function fraction(
  done: number | undefined,
  total: number | undefined,
  unit: string,
  keys: readonly string[],
): Fraction | null {
  if (done === undefined || total === undefined || !(total > 0) || done < 0) return null
  const label = unit === '%' ? `${done} %` : `${done} of ${total} ${unit}`.trimEnd()
  return { done: Math.min(done, total), total, label, keys }
}
