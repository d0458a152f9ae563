import { useState } from 'react'
import { usePlace } from './address/address.ts'
import { newConversationId } from './address/conversation-id.ts'
import { Masthead } from './masthead.tsx'
import { Overview } from './overview/overview.tsx'
import { Workspace } from './workspace.tsx'
import './page.css'

/** The whole page: one conversation, or all of them. */
export function Page() {
  const place = usePlace()
  // Where the way back from the overview leads: whence one came, or to a new one.
  const [recentId, setRecentId] = useState(newConversationId)
  const conversationId = place.view === 'conversation' ? place.conversationId : recentId
  if (conversationId !== recentId) setRecentId(conversationId)
  return (
    <div className="page" data-view={place.view}>
      <title>{place.view === 'overview' ? 'Overview · Telltale' : `${conversationId} · Telltale`}</title>
      <Masthead place={place} conversationId={conversationId} />
      {place.view === 'overview' ? <Overview /> : <Workspace key={conversationId} conversationId={conversationId} />}
    </div>
  )
}
