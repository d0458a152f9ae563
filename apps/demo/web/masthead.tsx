import { useConnection } from '@telltale/react'
import type { Place } from './address/address.ts'
import { PlaceLink } from './address/place-link.tsx'
import { ConnectionPill } from './connection/connection-pill.tsx'
import { SessionMenu } from './session/session-menu.tsx'
import './masthead.css'

/** Name and mark of the page, its places, the connection, and who one is. The mark's ribbons stream while the connection stands. */
export function Masthead({ place, conversationId }: { place: Place; conversationId: string }) {
  const { state } = useConnection()
  return (
    <header className="masthead">
      <svg className="masthead-mark" data-connection={state} viewBox="0 0 40 40" aria-hidden="true">
        <path className="masthead-mast" d="M9 5v30" />
        <path className="masthead-ribbon port" d="M10 12c6-4 13 4 24 0" />
        <path className="masthead-ribbon starboard" d="M10 25c6-4 13 4 24 0" />
      </svg>
      <h1>Telltale</h1>
      <nav aria-label="Views">
        <PlaceLink
          place={{ view: 'conversation', conversationId }}
          aria-current={place.view === 'conversation' ? 'page' : undefined}
        >
          Conversation
        </PlaceLink>
        <PlaceLink place={{ view: 'overview' }} aria-current={place.view === 'overview' ? 'page' : undefined}>
          Overview
        </PlaceLink>
      </nav>
      <ConnectionPill />
      <SessionMenu />
    </header>
  )
}
