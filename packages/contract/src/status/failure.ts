import type { Foldable } from './foldable.ts'
import type { SafeError } from './safe-error.ts'
import { cutSpanText, spanTextMax } from './span.ts'

/** What failed last in a category. */
export interface LastFailure {
  /** Id of the update that told it. */
  readonly id: string
  readonly offset: number
  /** What was shown, at most 256 characters. */
  readonly text: string
  readonly timestamp: string
  /** The span that failed or was lost. */
  readonly spanId?: string
  readonly error?: SafeError
}

/** The failure an update tells of: every update of the category `error` does, and the end of a span that failed or was lost. */
export function failureOf(update: Foldable): LastFailure | null {
  const { id, offset, category, text, metadata, timestamp, span } = update
  const hasFailed = span !== undefined && (span.state === 'failed' || span.state === 'lost')
  if (!hasFailed && (span !== undefined || category !== 'error')) return null
  const error = span?.error ?? errorIn(metadata)
  return {
    id,
    offset,
    text: cutSpanText(text, spanTextMax),
    timestamp,
    ...(span && { spanId: span.id }),
    ...(error && { error }),
  }
}

function errorIn(metadata: unknown): SafeError | null {
  if (typeof metadata !== 'object' || metadata === null) return null
  const { type, message, code, retryable } = metadata as Record<string, unknown>
  if (typeof type !== 'string' && typeof message !== 'string') return null
  return {
    type: typeof type === 'string' ? cutSpanText(type, 64) : 'Error',
    message: typeof message === 'string' ? cutSpanText(message, spanTextMax) : '',
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(typeof retryable === 'boolean' && { retryable }),
  }
}
