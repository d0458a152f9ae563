import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { SlowSwitch } from '../composer/composer.tsx'
import { slowPauseMs } from '../conversation/conversation.tsx'
import { useConversations, useSamples } from '../results/use-results.ts'
import { ConversationCard } from './conversation-card.tsx'
import { runTen } from './run-ten.ts'
import './overview.css'

/** Most conversations that are shown: each has a stream of its own. */
const shownMax = 40

/** All conversations side by side, each live. */
export function Overview() {
  const { data: conversations, error } = useConversations()
  const { data: samples } = useSamples()
  const [isSlow, setSlow] = useState(true)
  const ten = useMutation({ mutationFn: () => runTen(samples ?? [], isSlow ? slowPauseMs : 0) })
  const running = conversations?.filter(({ latest }) => latest.state === 'running').length ?? 0
  const shown = conversations?.slice(0, shownMax) ?? []
  return (
    <main className="overview">
      <header className="overview-head">
        <div>
          <h2>All conversations</h2>
          <p className="hint" role="status">
            {conversations && `${conversations.length} in all, ${running} at work`}
          </p>
        </div>
        <SlowSwitch isSlow={isSlow} onSlow={setSlow} />
        <button type="button" className="main" disabled={!samples || ten.isPending} onClick={() => ten.mutate()}>
          Run ten at once
        </button>
      </header>
      {(error ?? ten.error) && (
        <p className="overview-problem" role="alert">
          {ten.error ? `Not all ten were started: ${ten.error.message}` : `No list: ${error?.message}`}
        </p>
      )}
      {conversations?.length === 0 && (
        <p className="overview-empty">Nobody gave a document yet. Run ten, and watch that nothing mixes.</p>
      )}
      <ul className="overview-cards" aria-label="Conversations">
        {shown.map((conversation) => (
          <ConversationCard key={conversation.id} conversation={conversation} />
        ))}
      </ul>
      {conversations && conversations.length > shownMax && (
        <p className="hint">{conversations.length - shownMax} older ones are not shown.</p>
      )}
    </main>
  )
}
