import type { Step } from './work.ts'
import './step-segments.css'

/** A part for each step, filled as far as it is. What it shows is also said beside it. */
export function StepSegments({ steps }: { steps: readonly Step[] }) {
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

function filledOf({ state, fraction }: Step): number {
  if (state === 'waiting' || state === 'unreached') return 0
  if (state !== 'running') return 1
  // A little at once, to show where it is.
  return Math.max(0.08, fraction ? fraction.done / fraction.total : 0)
}
