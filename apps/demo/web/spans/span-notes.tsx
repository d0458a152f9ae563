import { isSpanEnd, type SpanNode } from '@telltale/react'
import { leaseLapseMs } from '../../api/analysis.ts'
import { FractionBar } from '../stream/fraction-bar.tsx'
import { progressFraction } from '../stream/fraction-of.ts'
import { formatSeconds } from '../timeline/duration.ts'
import { heardAt } from '../timeline/standing.ts'
import { useQuietSeconds, useSecondsSince } from '../timeline/use-seconds.ts'

const quietTitle = `Nothing was heard of it. After ${leaseLapseMs / 1_000} s without a sign of life of its process it is lost.`

interface SpanNotesProps {
  readonly conversationId: string
  readonly span: SpanNode
  readonly isLive: boolean
}

/** What is particular about a span now: how far it is, for what it waits, how long it was quiet, what became of it. */
export function SpanNotes({ conversationId, span, isLive }: SpanNotesProps) {
  const { state, progress, waitingFor, error, reason, fallback } = span
  const isEnded = isSpanEnd(state)
  const quietS = useQuietSeconds(conversationId, isEnded ? null : heardAt(span))
  const fraction = progress && !isEnded ? progressFraction(progress) : null
  const isRetrying = state === 'retrying'
  // A failure's words are its error's, and stand beside its name.
  const problem = error && span.text !== error.message ? error.message : null
  const has = fraction || waitingFor || isRetrying || quietS !== null || reason || problem || fallback
  if (!has) return null
  return (
    <div className="span-notes">
      {fraction && <FractionBar fraction={fraction} />}
      {quietS !== null && (
        <span className="span-note" data-note="quiet" title={quietTitle}>
          quiet for {formatSeconds(quietS)}
        </span>
      )}
      {waitingFor && (
        <span className="span-note" data-note="waiting">
          waits for <bdi>{waitingFor}</bdi>
        </span>
      )}
      {isRetrying && <Retry conversationId={conversationId} span={span} isLive={isLive} />}
      {fallback && (
        <span className="span-note" data-note="fallback">
          <bdi>{fallback.to}</bdi> instead of <bdi>{fallback.from}</bdi>
        </span>
      )}
      {reason && (
        <span className="span-note" data-note={state}>
          {state}: <bdi>{reason}</bdi>
        </span>
      )}
      {problem !== null && (
        <span className="span-note" data-note={isRetrying ? 'tried' : 'failed'}>
          <bdi>{problem}</bdi>
        </span>
      )}
    </div>
  )
}

/** Which attempt comes, and when. */
function Retry({ conversationId, span, isLive }: Pick<SpanNotesProps, 'conversationId' | 'span' | 'isLive'>) {
  const { attempt = 2, attempts, retryInMs = 0, updatedAt } = span
  const passedS = useSecondsSince(conversationId, updatedAt)
  const leftS = Math.ceil(retryInMs / 1_000) - (passedS ?? 0)
  return (
    <span className="span-note" data-note="retrying">
      attempt {attempt}
      {attempts !== undefined && ` of ${attempts}`}
      {isLive && leftS > 0 && ` in ${formatSeconds(leftS)}`}
    </span>
  )
}
