import { percentOf } from '../status/percent.ts'
import type { SpanProgress } from '../status/span.ts'
import { read, wordOf } from './given.ts'

/** Most characters of a unit. */
const unitMax = 32

/** Progress as it is told: numbers that are none are left out, and so is a percentage that cannot be known. */
export function toProgress(said: SpanProgress): SpanProgress {
  const current = finite(read(said, 'current'))
  const total = finite(read(said, 'total'))
  const hasTotal = total !== undefined && total > 0
  const percent = finite(read(said, 'percent'))
  const unit = read(said, 'unit')
  const counted = current !== undefined && hasTotal ? percentOf(current, total) : undefined
  const told = percent === undefined ? counted : Math.min(100, Math.max(0, Math.floor(percent)))
  return {
    ...(current !== undefined && { current }),
    ...(hasTotal && { total }),
    ...(told !== undefined && { percent: told }),
    ...(typeof unit === 'string' && { unit: wordOf(unit, '', unitMax) }),
  }
}

/** A number that another process reads as the same; anything else would make it refuse the whole update. */
function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value : undefined
}
