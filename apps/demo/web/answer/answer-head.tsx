import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useStatusStream } from '@telltale/react'
import { type Analysis, leaseLapseMs, steps, type WorkState } from '../../api/analysis.ts'
import { cancelAnalysis, killWorker } from '../results/calls.ts'
import { workRequest } from '../stream/requests.ts'
import { formatSeconds } from '../timeline/duration.ts'
import { Elapsed } from '../timeline/elapsed.tsx'
import { rootOf, standingOf } from '../timeline/standing.ts'
import { StateMark } from '../timeline/state-mark.tsx'
import { useQuietSeconds } from '../timeline/use-seconds.ts'
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
  const { id, conversationId, startedAt, document } = analysis
  const queries = useQueryClient()
  const root = useStatusStream(workRequest(conversationId), (view) => rootOf(view.spans, id))
  const standing = standingOf(id, root, analysis)
  const isOpen = analysis.endedAt === null
  // What the server knows to be over is over, whatever was heard last.
  const quietS = useQuietSeconds(conversationId, isOpen ? standing.heardAt : null)
  const state = isOpen && standing.state === 'lost' ? 'lost' : analysis.state
  const cancel = useMutation({
    mutationFn: () => cancelAnalysis(analysis),
    // A worker that had not begun says nothing of its end.
    onSuccess: () => queries.invalidateQueries({ queryKey: ['analyses', conversationId] }),
  })
  const kill = useMutation({ mutationFn: () => killWorker(analysis), onSuccess: () => onShow(id) })
  const problem = cancel.error ?? kill.error
  const words = quietS === null ? wordsOf(analysis, state) : `Quiet for ${formatSeconds(quietS)}`
  return (
    <header className="answer-head">
      <StateMark state={state} isQuiet={quietS !== null} />
      <p>
        <strong>{isLive || !isOpen ? words : `Last heard: ${words.toLowerCase()}`}</strong>
        <Elapsed
          conversationId={conversationId}
          startedAt={startedAt}
          durationMs={durationOf(analysis)}
          isRunning={state === 'running' && isLive}
        />
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
      {isOpen && state === 'running' && (
        <button type="button" className="danger" title={killTitle} onClick={() => kill.mutate()}>
          Kill the worker
          <span className="only-heard"> of {document.name}</span>
        </button>
      )}
      {problem && (
        <p className="answer-head-error" role="alert">
          It could not be {cancel.isError ? 'cancelled' : 'killed'}: {problem.message}
        </p>
      )}
    </header>
  )
}

const killTitle = `Kills the process that reads it, without a word to anybody. After ${leaseLapseMs / 1_000} s without a sign of life its work is lost.`

function wordsOf({ findings, failure }: Analysis, state: WorkState | 'lost'): string {
  switch (state) {
    case 'queued':
      return 'Waits for its turn'
    case 'running':
      return `Step ${Math.min(Object.keys(findings).length + 1, steps.length)} of ${steps.length}`
    case 'succeeded':
      return 'Analysed'
    case 'failed':
      return failure?.code === 'WORKER_DIED' ? 'The worker died' : 'Could not be analysed'
    case 'lost':
      return 'The worker is not heard of any more'
    case 'cancelled':
      return 'Cancelled'
  }
}

function durationOf({ startedAt, endedAt }: Analysis): number | null {
  return startedAt && endedAt ? Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)) : null
}
