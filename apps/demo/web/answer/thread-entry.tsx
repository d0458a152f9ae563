import { memo } from 'react'
import type { Analysis } from '../../api/analysis.ts'
import { AnswerHead } from './answer-head.tsx'
import { Failure } from './failure.tsx'
import { FindingsView } from './findings-view.tsx'
import { GivenDocument } from './given-document.tsx'
import './answer-card.css'

interface ThreadEntryProps {
  readonly analysis: Analysis
  readonly isLive: boolean
  readonly isShown: boolean
  readonly onShow: (analysisId: string) => void
}

/** A document as the person gave it, and the answer, which fills in while it is found. */
export const ThreadEntry = memo(function ThreadEntry({ analysis, isLive, isShown, onShow }: ThreadEntryProps) {
  const { id, state, document, createdAt, findings, failure } = analysis
  const hasFindings = Object.keys(findings).length > 0
  return (
    <li className="thread-entry" data-analysis={id} data-state={state}>
      <GivenDocument id={`document-${id}`} document={document} givenAt={createdAt} />
      <article className="panel answer-card" aria-labelledby={`document-${id}`}>
        <AnswerHead analysis={analysis} isLive={isLive} isShown={isShown} onShow={onShow} />
        {failure && <Failure failure={failure} />}
        {(hasFindings || state === 'running') && <FindingsView findings={findings} state={state} />}
      </article>
    </li>
  )
})
