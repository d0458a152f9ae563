import { useStatusStream } from '@telltale/react'
import { memo, useMemo } from 'react'
import type { ConversationSummary } from '../../api/analysis.ts'
import { PlaceLink } from '../address/place-link.tsx'
import { wordOf } from '../spans/words.ts'
import { isHeard, workRequest } from '../stream/requests.ts'
import { formatSeconds } from '../timeline/duration.ts'
import { Elapsed } from '../timeline/elapsed.tsx'
import { isOver, rootOf, standingOf } from '../timeline/standing.ts'
import { StateMark } from '../timeline/state-mark.tsx'
import { StepSegments } from '../timeline/step-segments.tsx'
import { useQuietSeconds } from '../timeline/use-seconds.ts'
import './conversation-card.css'

/** One conversation with a stream of its own: what happens in it now. */
export const ConversationCard = memo(function ConversationCard({
  conversation,
}: {
  conversation: ConversationSummary
}) {
  const { id, latest, analyses } = conversation
  const root = useStatusStream(workRequest(id), (view) => rootOf(view.spans, latest.id))
  const isLive = useStatusStream(workRequest(id), isHeard)
  const standing = useMemo(() => standingOf(latest.id, root, latest), [root, latest])
  const { state, text, startedAt, durationMs, heardAt, steps } = standing
  const quietS = useQuietSeconds(id, heardAt)
  return (
    <li
      className="panel conversation-card"
      data-live={isLive}
      data-conversation={id}
      data-state={state}
      data-quiet={quietS !== null || undefined}
    >
      <header>
        <StateMark state={state} isQuiet={quietS !== null} />
        <h3>
          <PlaceLink place={{ view: 'conversation', conversationId: id }}>
            <bdi>{latest.document.name}</bdi>
          </PlaceLink>
        </h3>
        <Elapsed
          conversationId={id}
          startedAt={startedAt}
          durationMs={durationMs}
          isRunning={!isOver(state) && isLive}
        />
      </header>
      <p className="conversation-card-now">
        <bdi>{text}</bdi>
      </p>
      <StepSegments steps={steps} />
      <footer>
        <bdi className="mono">{id}</bdi>
        <span>
          {quietS === null ? wordOf(state, isLive) : `quiet for ${formatSeconds(quietS)}`}
          {analyses > 1 && `, ${analyses} documents`}
        </span>
      </footer>
    </li>
  )
})
