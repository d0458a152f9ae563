import { useStatusStream } from '@telltale/react'
import { useMemo } from 'react'
import type { Analysis } from '../../api/analysis.ts'
import { PublishForm } from '../publish/publish-form.tsx'
import { FeedPanel } from '../stream/feed-panel.tsx'
import { workRequest } from '../stream/requests.ts'
import { NowLine } from './now-line.tsx'
import { settled } from './settled.ts'
import { StepList } from './step-list.tsx'
import { stepsOf } from './steps-of.ts'
import { newestOf } from './told.ts'
import './timeline.css'

interface TimelineProps {
  readonly conversationId: string
  readonly analyses: readonly Analysis[]
  /** The analysis to show; `null` shows the one that was heard of last. */
  readonly shownId: string | null
  /** Whether what is not among the analyses is no more. */
  readonly isAllKnown: boolean
  /** Whether something new would be heard of. */
  readonly isLive: boolean
}

/** What happens in a conversation, live: now, step by step, and every word of it. */
export function Timeline({ conversationId, analyses, isAllKnown, isLive, ...chosen }: TimelineProps) {
  const updates = useStatusStream(workRequest(conversationId), (view) => view.updates)
  const shownId = chosen.shownId ?? newestOf(updates)
  const analysis = analyses.find(({ id }) => id === shownId)
  const work = useMemo(
    () => (shownId === null ? null : settled(stepsOf(updates, shownId), analysis, isAllKnown && !analysis)),
    [updates, shownId, analysis, isAllKnown],
  )
  return (
    <section className="timeline" data-live={isLive} aria-labelledby="timeline-title">
      <h2 id="timeline-title" className="only-heard">
        Live timeline
      </h2>
      <NowLine isLive={isLive} work={work} name={analysis?.document.name ?? null} />
      <div className="timeline-rest">
        {work && <StepList isLive={isLive} steps={work.steps} />}
        <FeedPanel conversationId={conversationId} />
        <PublishForm conversationId={conversationId} />
      </div>
    </section>
  )
}
