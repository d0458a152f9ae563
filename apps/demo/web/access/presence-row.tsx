import { type PresenceMember, usePresence } from '@telltale/react'
import { useState } from 'react'
import { guest, people } from '../../api/people.ts'
import { addressAs } from '../address/address.ts'
import { Avatar } from '../session/avatar.tsx'
import { useSession } from '../session/use-session.ts'
import { clockTime } from '../stream/clock-time.ts'
import './presence-row.css'

/** Who watches a conversation now; while the server is not heard, who watched it then. */
export function PresenceRow({ conversationId }: { conversationId: string }) {
  const { members, isLive } = usePresence({ conversationId })
  const { person } = useSession()
  const [heard, setHeard] = useState({ isLive, atMs: Date.now() })
  // When it ends to be heard, not when that is drawn again.
  if (heard.isLive !== isLive) setHeard({ isLive, atMs: Date.now() })
  const ownId = person?.id ?? guest.id
  const others = people.filter(({ id }) => id !== ownId)
  return (
    <div className="presence-row" data-live={isLive}>
      <h3>Watching</h3>
      <ul aria-label="Who watches this conversation">
        {members.map((member) => (
          <Watcher key={member.userId} member={member} isOwn={member.userId === ownId} />
        ))}
      </ul>
      {!isLive && (
        <p className="presence-note">
          {members.length > 0 ? `as of ${clockTime(new Date(heard.atMs).toISOString()).slice(0, 5)}` : 'not heard yet'}
        </p>
      )}
      <div className="presence-others">
        {others.map(({ id, name }) => (
          <a
            key={id}
            className="button quiet"
            href={addressAs({ view: 'conversation', conversationId }, id)}
            target="_blank"
            rel="noreferrer"
          >
            Open as {name}
          </a>
        ))}
      </div>
    </div>
  )
}

function Watcher({ member: { userId, info, metas }, isOwn }: { member: PresenceMember; isOwn: boolean }) {
  const name = typeof info?.['name'] === 'string' ? info['name'] : userId
  // Guests are not told apart: several are several connections of one.
  const unit = userId === guest.id ? 'of them' : 'tabs'
  const notes = [isOwn && 'you', metas.length > 1 && `${metas.length} ${unit}`].filter((note) => note !== false)
  return (
    <li data-watcher={userId}>
      <Avatar userId={userId} name={name} />
      <span>
        <bdi>{name}</bdi>
        {notes.length > 0 && <span className="presence-notes"> ({notes.join(', ')})</span>}
      </span>
    </li>
  )
}
