import { useState } from 'react'
import { isConversationId } from '../api/analysis.ts'
import { NoSuchPlace } from './access/no-such-place.tsx'
import { usePlace } from './address/address.ts'
import { newConversationId } from './address/conversation-id.ts'
import { Masthead } from './masthead.tsx'
import { Overview } from './overview/overview.tsx'
import { useSession } from './session/use-session.ts'
import { Workspace } from './workspace.tsx'
import './page.css'

/** The whole page: one conversation, or all of them. */
export function Page() {
  const place = usePlace()
  const { number } = useSession()
  // Where the way back from the overview leads: whence one came, or to a new one.
  const [recentId, setRecentId] = useState(newConversationId)
  const conversationId = place.view === 'conversation' ? place.conversationId : recentId
  if (conversationId !== recentId) setRecentId(conversationId)
  return (
    <div className="page" data-view={place.view}>
      <title>{place.view === 'overview' ? 'Overview · Telltale' : `${conversationId} · Telltale`}</title>
      <Masthead place={place} conversationId={conversationId} />
      {/* Somebody else begins anew: what one person was shown is not for another. */}
      {place.view === 'overview' && <Overview key={number} />}
      {place.view === 'conversation' &&
        (isConversationId(conversationId) ? (
          <Workspace key={`${conversationId} ${number}`} conversationId={conversationId} />
        ) : (
          <NoSuchPlace conversationId={conversationId} />
        ))}
    </div>
  )
}
