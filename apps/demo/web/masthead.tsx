import { useTelltaleClient } from '@telltale/react'
import { type ReactNode, useSyncExternalStore } from 'react'
import './masthead.css'

/** Name and mark of the page. The mark's two ribbons stream while the connection stands and hang while it does not. */
export function Masthead({ children }: { children: ReactNode }) {
  const { connection } = useTelltaleClient()
  const state = useSyncExternalStore(connection.subscribe, connection.getSnapshot)
  return (
    <header className="masthead">
      <svg className="masthead-mark" data-connection={state} viewBox="0 0 40 40" aria-hidden="true">
        <path className="masthead-mast" d="M9 5v30" />
        <path className="masthead-ribbon port" d="M10 12c6-4 13 4 24 0" />
        <path className="masthead-ribbon starboard" d="M10 25c6-4 13 4 24 0" />
      </svg>
      <div className="masthead-words">
        <h1>Telltale</h1>
        <p>What your AI is doing, as it happens.</p>
      </div>
      {children}
    </header>
  )
}
