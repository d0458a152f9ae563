import { type StreamView, useStatusStream } from '@telltale/react'
import { useState } from 'react'
import type { Analysis } from '../api/analysis.ts'
import { ClosedDoor } from './access/closed-door.tsx'
import { Conversation } from './conversation/conversation.tsx'
import { useAnalyses } from './results/use-results.ts'
import { isHeard, workRequest } from './stream/requests.ts'
import { Timeline } from './timeline/timeline.tsx'
import './workspace.css'

const sides = { conversation: 'Conversation', timeline: 'Live timeline' }
type Side = keyof typeof sides

/** One conversation, for whoever may see it. */
export function Workspace({ conversationId }: { conversationId: string }) {
  const code = useStatusStream(workRequest(conversationId), ({ error }) => error?.code ?? null)
  // What may not be seen is answered as what is not there.
  if (code === 'NOT_FOUND') return <ClosedDoor conversationId={conversationId} />
  return <OpenWorkspace conversationId={conversationId} />
}

/** On the one side what is given and found, on the other what happens. */
function OpenWorkspace({ conversationId }: { conversationId: string }) {
  const { data: analyses, error } = useAnalyses(conversationId)
  const hasBegunAgain = useStatusStream(workRequest(conversationId), isAnotherLife)
  // What was heard last need not be so any more.
  const isLive = useStatusStream(workRequest(conversationId), isHeard)
  const [chosenId, setChosenId] = useState<string | null>(null)
  const shownId = chosenId ?? ongoing(analyses)?.id ?? null
  // Side by side where there is room; on a phone one after the other.
  const [side, setSide] = useState<Side>('conversation')
  return (
    <main className="workspace" data-side={side}>
      <fieldset className="workspace-sides" aria-label="Show">
        {(['conversation', 'timeline'] as const).map((name) => (
          <button key={name} type="button" aria-pressed={side === name} onClick={() => setSide(name)}>
            {sides[name]}
          </button>
        ))}
      </fieldset>
      <Conversation
        conversationId={conversationId}
        analyses={analyses}
        problem={error}
        isLive={isLive}
        shownId={shownId}
        hasBegunAgain={hasBegunAgain}
        onShow={(id) => {
          setChosenId(id)
          if (id === null) return
          setSide('timeline')
          // On a phone it would begin where one was in the other.
          scrollTo({ top: 0 })
        }}
      />
      <Timeline conversationId={conversationId} analyses={analyses ?? []} shownId={shownId} isLive={isLive} />
    </main>
  )
}

/** What to show when nobody chose: the one that is at work, and the newest when none is. */
function ongoing(analyses: readonly Analysis[] | undefined): Analysis | undefined {
  return analyses?.find(({ state }) => state === 'running') ?? analyses?.at(-1)
}

/** Whether the server began again since this page listens: then nothing of before is going on. */
function isAnotherLife({ integrity, isMissedExact }: StreamView): boolean {
  return integrity === 'live' && !isMissedExact
}
