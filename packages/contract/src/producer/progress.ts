import { percentOf } from '../status/percent.ts'
import type { SpanProgress } from '../status/span.ts'

/** Progress as it is told: numbers that are none are left out, and so is a percentage that cannot be known. */
export function toProgress(said: SpanProgress): SpanProgress {
  const current = finite(said.current)
  const total = finite(said.total)
  const hasTotal = total !== undefined && total > 0
  const percent = finite(said.percent)
  const counted = current !== undefined && hasTotal ? percentOf(current, total) : undefined
  const told = percent === undefined ? counted : Math.min(100, Math.max(0, Math.floor(percent)))
  return {
    ...(current !== undefined && { current }),
    ...(hasTotal && { total }),
    ...(told !== undefined && { percent: told }),
    ...(typeof said.unit === 'string' && { unit: said.unit.slice(0, 32) }),
  }
}

function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}
