import { FractionBar } from '../stream/fraction-bar.tsx'
import { Elapsed } from './elapsed.tsx'
import { StateMark } from './state-mark.tsx'
import type { Step, StepState } from './work.ts'
import './step-list.css'

const wordOf: Record<StepState, string> = {
  waiting: 'waiting',
  queued: 'queued',
  running: 'running',
  succeeded: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
  unreached: 'not reached',
}

/** The steps of an analysis, one below the other. */
export function StepList({ steps, isLive }: { steps: readonly Step[]; isLive: boolean }) {
  return (
    <ol className="step-list" aria-label="Steps">
      {steps.map((step) => (
        <StepRow key={step.name} step={step} isLive={isLive} />
      ))}
    </ol>
  )
}

function StepRow({ step, isLive }: { step: Step; isLive: boolean }) {
  const { name, title, state, text, problem, startedAt, durationMs, fraction } = step
  const words = state === 'failed' ? (problem ?? text) : text
  const isRunning = state === 'running'
  return (
    <li className="step-row" data-step={name} data-state={state} aria-current={isRunning ? 'step' : undefined}>
      <StateMark state={state} />
      <h4>{title}</h4>
      {words !== null && (
        <p className="step-text">
          <bdi>{words}</bdi>
        </p>
      )}
      <span className="step-side">
        <Elapsed startedAt={startedAt} durationMs={durationMs} isRunning={isRunning && isLive} />
        <span className={durationMs === null ? 'step-word' : 'only-heard'}>
          {isRunning && !isLive ? 'was running' : wordOf[state]}
        </span>
      </span>
      {isRunning && fraction && <FractionBar fraction={fraction} />}
    </li>
  )
}
