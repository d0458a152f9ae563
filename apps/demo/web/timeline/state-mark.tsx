import type { ReactNode } from 'react'
import type { StepState } from './work.ts'
import './state-mark.css'

const drawings: Record<StepState, ReactNode> = {
  waiting: null,
  queued: <path d="M11 7v4l2.5 1.8" />,
  running: <circle cx="11" cy="11" r="3" />,
  succeeded: <path d="m6.8 11.4 2.8 2.8 5.6-6" />,
  failed: <path d="m7.6 7.6 6.8 6.8m0-6.8-6.8 6.8" />,
  cancelled: <path d="M7 11h8" />,
  unreached: null,
}

/** How something stands, drawn. Always beside the word for it. */
export function StateMark({ state }: { state: StepState }) {
  return (
    <svg className="state-mark" data-state={state} viewBox="0 0 22 22" aria-hidden="true">
      <circle className="state-ring" cx="11" cy="11" r="9.5" />
      {drawings[state]}
    </svg>
  )
}
