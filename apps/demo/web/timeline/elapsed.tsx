import { useEffect, useState } from 'react'
import { formatDuration } from './duration.ts'

interface ElapsedProps {
  /** ISO 8601; `null` before the start. */
  readonly startedAt: string | null
  /** In milliseconds, once it is over. */
  readonly durationMs: number | null
  readonly isRunning: boolean
}

/** How long something took, or takes so far. Alone, so that a tick renders nothing else. */
export function Elapsed({ startedAt, durationMs, isRunning }: ElapsedProps) {
  const isTicking = isRunning && startedAt !== null
  const now = useNow(isTicking)
  if (durationMs !== null) return <span className="elapsed">{formatDuration(durationMs)}</span>
  // The server's clock may be ahead of this one.
  return isTicking ? <span className="elapsed">{formatDuration(Math.max(0, now - Date.parse(startedAt)))}</span> : null
}

function useNow(isTicking: boolean): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!isTicking) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 100)
    return () => clearInterval(timer)
  }, [isTicking])
  return now
}
