import { useStatusStream } from '@telltale/react'
import { memo, useMemo } from 'react'
import type { ConversationSummary } from '../../api/analysis.ts'
import { PlaceLink } from '../address/place-link.tsx'
import { isHeard, workRequest } from '../stream/requests.ts'
import { Elapsed } from '../timeline/elapsed.tsx'
import { settled } from '../timeline/settled.ts'
import { StateMark } from '../timeline/state-mark.tsx'
import { StepSegments } from '../timeline/step-segments.tsx'
import { stepsOf } from '../timeline/steps-of.ts'
import { isOver, type Work } from '../timeline/work.ts'
import './conversation-card.css'

/** One conversation with a stream of its own: what happens in it now. */
export const ConversationCard = memo(function ConversationCard({
  conversation,
}: {
  conversation: ConversationSummary
}) {
  const { id, latest, analyses } = conversation
  const updates = useStatusStream(workRequest(id), (view) => view.updates)
  const isLive = useStatusStream(workRequest(id), isHeard)
  const work = useMemo(() => settled(stepsOf(updates, latest.id), { ...latest, findings: {} }), [updates, latest])
  const state = work.state ?? latest.state
  return (
    <li className="panel conversation-card" data-live={isLive} data-conversation={id} data-state={state}>
      <header>
        <StateMark state={state} />
        <h3>
          <PlaceLink place={{ view: 'conversation', conversationId: id }}>
            <bdi>{latest.document.name}</bdi>
          </PlaceLink>
        </h3>
        {work.startedAt && (
          <Elapsed startedAt={work.startedAt} durationMs={work.durationMs} isRunning={state === 'running' && isLive} />
        )}
      </header>
      <p className="conversation-card-now">
        <bdi>{sentenceOf(work, latest.failure?.message ?? null)}</bdi>
      </p>
      <StepSegments steps={work.steps} />
      <footer>
        <bdi className="mono">{id}</bdi>
        <span>
          {isLive || isOver(state) ? state : `was ${state}`}
          {analyses > 1 && `, ${analyses} documents`}
        </span>
      </footer>
    </li>
  )
})

function sentenceOf({ state, text, problem }: Work, failure: string | null): string {
  if (state === 'failed') return failure ?? problem ?? text ?? 'It failed'
  return text ?? (state === 'queued' ? 'Waits for its turn' : 'What was said is not kept any more')
}
