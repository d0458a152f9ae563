import { useStatusStream } from '@telltale/react'
import { useState } from 'react'
import { Conversation } from './conversation/conversation.tsx'
import { useAnalyses } from './results/use-results.ts'
import { isHeard, workRequest } from './stream/requests.ts'
import { Timeline } from './timeline/timeline.tsx'
import './workspace.css'

const sides = { conversation: 'Conversation', timeline: 'Live timeline' }
type Side = keyof typeof sides

/** One conversation: on the one side what is given and found, on the other what happens. */
export function Workspace({ conversationId }: { conversationId: string }) {
  const { data: analyses, error } = useAnalyses(conversationId)
  // What was heard last need not be so any more.
  const isLive = useStatusStream(workRequest(conversationId), isHeard)
  const [chosenId, setChosenId] = useState<string | null>(null)
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
        shownId={chosenId ?? analyses?.at(-1)?.id ?? null}
        onShow={(id) => {
          setChosenId(id)
          if (id !== null) setSide('timeline')
        }}
      />
      <Timeline conversationId={conversationId} analyses={analyses ?? []} chosenId={chosenId} isLive={isLive} />
    </main>
  )
}
