import { useEffect, useRef } from 'react'
import type { Analysis } from '../../api/analysis.ts'
import { ThreadEntry } from './thread-entry.tsx'
import './thread.css'

interface ThreadProps {
  readonly analyses: readonly Analysis[]
  /** The analysis that the timeline shows. */
  readonly isLive: boolean
  readonly shownId: string | null
  readonly onShow: (analysisId: string) => void
}

/** What was given and what was found, oldest first, as in any conversation. */
export function Thread({ analyses, isLive, shownId, onShow }: ThreadProps) {
  const list = useRef<HTMLOListElement>(null)
  const newestId = analyses.at(-1)?.id

  useEffect(() => {
    // The newest from its top on, for its answer grows downward.
    if (newestId) list.current?.lastElementChild?.scrollIntoView({ block: 'start' })
  }, [newestId])

  return (
    <ol className="thread" ref={list} aria-label="Documents and what was found in them">
      {analyses.map((analysis) => (
        <ThreadEntry
          key={analysis.id}
          analysis={analysis}
          isLive={isLive}
          isShown={analysis.id === shownId}
          onShow={onShow}
        />
      ))}
    </ol>
  )
}
