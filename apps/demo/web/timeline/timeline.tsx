import { useStatusSpans } from '@telltale/react'
import { useMemo, useState } from 'react'
import type { Analysis } from '../../api/analysis.ts'
import { type Category, categories } from '../categories.ts'
import { useCatchUp } from '../connection/use-catch-up.ts'
import { PublishForm } from '../publish/publish-form.tsx'
import { useSession } from '../session/use-session.ts'
import { SpanTree } from '../spans/span-tree.tsx'
import { FeedPanel } from '../stream/feed-panel.tsx'
import { workRequest } from '../stream/requests.ts'
import { useFeed } from '../stream/use-feed.ts'
import { WhatIf } from '../what-if/what-if.tsx'
import { NowLine } from './now-line.tsx'
import { analysisIdOf, newestOf, rootOf, standingOf } from './standing.ts'
import './timeline.css'

interface TimelineProps {
  readonly conversationId: string
  readonly analyses: readonly Analysis[]
  /** The analysis to show; `null` shows the one that began last. */
  readonly shownId: string | null
  /** Whether something new would be heard of. */
  readonly isLive: boolean
}

/** What happens in a conversation, live: now, as a tree of work, and every word of it. */
export function Timeline({ conversationId, analyses, isLive, ...chosen }: TimelineProps) {
  const roots = useStatusSpans(workRequest(conversationId))
  const [shown, setShown] = useState<readonly Category[]>(categories)
  const feed = useFeed(conversationId, shown)
  const catchUp = useCatchUp(feed.view)
  const { person } = useSession()
  const shownId = chosen.shownId ?? newestOf(roots)
  const analysis = analyses.find(({ id }) => id === shownId)
  const standing = useMemo(
    () => (shownId === null ? null : standingOf(shownId, rootOf(roots, shownId), analysis)),
    [roots, shownId, analysis],
  )
  // The tree is of what is switched on; what happens now is told in any case.
  const isWhole = shown.includes('workflow')
  const tree = useMemo(
    () => (shownId !== null && isWhole ? standingOf(shownId, rootOf(feed.spans, shownId), analysis) : null),
    [feed.spans, shownId, analysis, isWhole],
  )
  const others = useMemo(
    () =>
      feed.spans.filter((root) => {
        const id = analysisIdOf(root)
        return id === null || (id === shownId && !isWhole)
      }),
    [feed.spans, shownId, isWhole],
  )
  return (
    <section className="timeline" data-live={isLive} aria-labelledby="timeline-title">
      <h2 id="timeline-title" className="only-heard">
        Live timeline
      </h2>
      <NowLine
        conversationId={conversationId}
        isLive={isLive}
        standing={standing}
        name={analysis?.document.name ?? null}
      />
      <div className="timeline-rest">
        <WhatIf request={feed.request} catchUp={catchUp} />
        {(standing || others.length > 0) && (
          <SpanTree conversationId={conversationId} isLive={isLive} standing={tree} others={others} />
        )}
        <FeedPanel feed={feed} catchUp={catchUp} shown={shown} onShow={setShown} />
        {person && <PublishForm conversationId={conversationId} />}
      </div>
    </section>
  )
}
