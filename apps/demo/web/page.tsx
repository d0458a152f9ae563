import { useState } from 'react'
import { type Category, categories } from './categories.ts'
import { useConversation } from './conversation/address.ts'
import { ConversationBar } from './conversation/conversation-bar.tsx'
import { Masthead } from './masthead.tsx'
import { PublishForm } from './publish/publish-form.tsx'
import { WorkflowPlayer } from './publish/workflow-player.tsx'
import { LiveStream } from './stream/live-stream.tsx'
import './page.css'

/** The whole page: on the one side what is said, on the other what is heard of it. */
export function Page() {
  const [conversationId, open] = useConversation()
  const [shown, setShown] = useState<readonly Category[]>(categories)
  return (
    <div className="page">
      <title>{`${conversationId} · Telltale`}</title>
      <Masthead>
        <ConversationBar key={conversationId} conversationId={conversationId} onOpen={open} />
      </Masthead>
      <aside className="page-say" aria-label="Publish">
        <WorkflowPlayer key={conversationId} conversationId={conversationId} />
        <PublishForm conversationId={conversationId} />
      </aside>
      <main className="page-hear">
        <LiveStream conversationId={conversationId} shown={shown} onShow={setShown} />
      </main>
    </div>
  )
}
