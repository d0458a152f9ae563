import { newConversationId } from '../address/conversation-id.ts'
import { PlaceLink } from '../address/place-link.tsx'
import './closed-door.css'

/** What somebody sees whose address names what cannot be a conversation. */
export function NoSuchPlace({ conversationId }: { conversationId: string }) {
  return (
    <main className="closed-door">
      <section className="panel" aria-labelledby="no-such-place-title">
        <h2 id="no-such-place-title">There is no such conversation</h2>
        <p>
          The address names <bdi className="mono">{shortened(conversationId)}</bdi>, which cannot be the name of one:
          those have 1 to 64 letters, digits and <code>_ . : -</code>, without spaces, and <code>overview</code> is
          taken.
        </p>
        <PlaceLink className="button" place={{ view: 'conversation', conversationId: newConversationId() }}>
          Begin a new one
        </PlaceLink>
      </section>
    </main>
  )
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79).toWellFormed()}…` : text.toWellFormed()
}
