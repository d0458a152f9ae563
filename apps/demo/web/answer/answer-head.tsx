import { useMutation } from '@tanstack/react-query'
import { type Analysis, steps } from '../../api/analysis.ts'
import { cancelAnalysis } from '../results/calls.ts'
import { Elapsed } from '../timeline/elapsed.tsx'
import { StateMark } from '../timeline/state-mark.tsx'
import './answer-head.css'

interface AnswerHeadProps {
  readonly analysis: Analysis
  /** Whether it would be heard of when something happened to it. */
  readonly isLive: boolean
  readonly isShown: boolean
  readonly onShow: (analysisId: string) => void
}

/** How an analysis stands, and what one can do about it. */
export function AnswerHead({ analysis, isLive, isShown, onShow }: AnswerHeadProps) {
  const { id, state, startedAt, document } = analysis
  const cancel = useMutation({ mutationFn: () => cancelAnalysis(analysis) })
  const isOpen = state === 'running' || state === 'queued'
  return (
    <header className="answer-head">
      <StateMark state={state} />
      <p>
        <strong>{isLive || !isOpen ? wordsOf(analysis) : `Last heard: ${wordsOf(analysis).toLowerCase()}`}</strong>
        <Elapsed startedAt={startedAt} durationMs={durationOf(analysis)} isRunning={state === 'running' && isLive} />
      </p>
      <button type="button" className="quiet" aria-pressed={isShown} onClick={() => onShow(id)}>
        Steps
        <span className="only-heard"> of {document.name}</span>
      </button>
      {isOpen && (
        <button type="button" onClick={() => cancel.mutate()}>
          Cancel
          <span className="only-heard"> {document.name}</span>
        </button>
      )}
      {cancel.isError && (
        <p className="answer-head-error" role="alert">
          It could not be cancelled: {cancel.error.message}
        </p>
      )}
    </header>
  )
}

function wordsOf({ state, findings }: Analysis): string {
  switch (state) {
    case 'queued':
      return 'Waits for its turn'
    case 'running':
      return `Step ${Math.min(Object.keys(findings).length + 1, steps.length)} of ${steps.length}`
    case 'succeeded':
      return 'Analysed'
    case 'failed':
      return 'Could not be analysed'
    case 'cancelled':
      return 'Cancelled'
  }
}

function durationOf({ startedAt, endedAt }: Analysis): number | null {
  return startedAt && endedAt ? Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)) : null
}
