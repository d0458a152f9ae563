import type { ReactNode } from 'react'
import type { ShownState } from './standing.ts'
import './state-mark.css'

const drawings: Record<ShownState, ReactNode> = {
  planned: null,
  queued: <path d="M11 7v4l2.5 1.8" />,
  running: <circle cx="11" cy="11" r="3" />,
  waiting: <path d="M8.6 7.5v7m4.8-7v7" />,
  retrying: <path d="M14.6 9.2a4.2 4.2 0 1 0 .4 3.4m-.1-6v2.8h-2.8" />,
  succeeded: <path d="m6.8 11.4 2.8 2.8 5.6-6" />,
  failed: <path d="m7.6 7.6 6.8 6.8m0-6.8-6.8 6.8" />,
  cancelled: <path d="M7 11h8" />,
  lost: <path d="M8.6 9a2.5 2.5 0 1 1 3.6 2.2c-.8.5-1.2.9-1.2 1.8m0 2.6v.1" />,
  unreached: null,
}

interface StateMarkProps {
  readonly state: ShownState
  /** Nothing was heard of it for a while: it may not seem to move. */
  readonly isQuiet?: boolean
}

/** How something stands, drawn. Always beside the word for it. */
export function StateMark({ state, isQuiet = false }: StateMarkProps) {
  return (
    <svg className="state-mark" data-state={state} data-quiet={isQuiet} viewBox="0 0 22 22" aria-hidden="true">
      <circle className="state-ring" cx="11" cy="11" r="9.5" />
      {drawings[state]}
    </svg>
  )
}
