import { atWorkIn, type StepStanding } from './standing.ts'
import './step-segments.css'

/** A part for each step, filled as far as it is. What it shows is also said beside it. */
export function StepSegments({ steps }: { steps: readonly StepStanding[] }) {
  return (
    <ol className="step-segments" aria-hidden="true">
      {steps.map((step) => (
        <li key={step.name} data-state={step.state}>
          <span style={{ scale: `${filledOf(step)} 1` }} />
        </li>
      ))}
    </ol>
  )
}

function filledOf({ state, span }: StepStanding): number {
  if (state === 'planned' || state === 'unreached') return 0
  if (span === null || span.durationMs !== undefined) return 1
  // A little at once, to show where it is.
  return Math.max(0.08, (atWorkIn(span).progress?.percent ?? 0) / 100)
}
