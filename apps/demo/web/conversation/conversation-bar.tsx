import { addressOf } from './address.ts'
import { CopyLink } from './copy-link.tsx'
import './conversation-bar.css'

interface ConversationBarProps {
  readonly conversationId: string
  readonly onOpen: (conversationId: string) => void
}

/** Which conversation is shown, how to show another, and how to show this one in a second tab. */
export function ConversationBar({ conversationId, onOpen }: ConversationBarProps) {
  return (
    <form
      className="conversation-bar"
      aria-label="Open a conversation"
      onSubmit={(event) => {
        event.preventDefault()
        const wanted = new FormData(event.currentTarget).get('conversation')
        if (typeof wanted === 'string' && wanted !== conversationId) onOpen(wanted)
      }}
    >
      <label className="field">
        Conversation
        <input
          name="conversation"
          defaultValue={conversationId}
          required
          maxLength={128}
          pattern="[A-Za-z0-9_.:@\-]+"
          title="1 to 128 letters, digits and _ . : @ -"
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
        />
      </label>
      <button type="submit">Open</button>
      <a className="button" href={addressOf(conversationId)} target="_blank" rel="noreferrer">
        Second tab
      </a>
      <CopyLink address={addressOf(conversationId)} />
    </form>
  )
}
