import type { StepStanding } from '../timeline/standing.ts'
import { StateMark } from '../timeline/state-mark.tsx'
import { wordOf } from './words.ts'

/** A step that has not begun, or of which nothing is kept. */
export function PlannedRow({ step: { name, title, state } }: { step: StepStanding }) {
  return (
    <li className="span-row" data-step={name} data-state={state}>
      <div className="span-line">
        <StateMark state={state} />
        <h4>{title}</h4>
        <span className="span-side">
          <span className="span-word">{wordOf(state)}</span>
        </span>
      </div>
    </li>
  )
}
