import { formatDuration, formatSeconds } from './duration.ts'
import { useSecondsSince } from './use-seconds.ts'

interface ElapsedProps {
  readonly conversationId: string
  /** ISO 8601, by the server's clock; `null` before the start. */
  readonly startedAt: string | null
  /** In milliseconds, once it is over. */
  readonly durationMs: number | null
  readonly isRunning: boolean
}

/** How long something took, or takes so far, by the server's clock. Alone, so that a tick renders nothing else. */
export function Elapsed({ conversationId, startedAt, durationMs, isRunning }: ElapsedProps) {
  const seconds = useSecondsSince(conversationId, isRunning && durationMs === null ? startedAt : null)
  if (durationMs !== null) return <span className="elapsed">{formatDuration(durationMs)}</span>
  return seconds === null ? null : <span className="elapsed">{formatSeconds(seconds)}</span>
}
