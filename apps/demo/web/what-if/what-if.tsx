import { useMutation } from '@tanstack/react-query'
import type { CatchUp } from '../connection/catch-up.ts'
import { CutButton } from '../connection/cut-button.tsx'
import { LineNote } from '../connection/line-note.tsx'
import { revokeMe } from '../results/calls.ts'
import { useSession } from '../session/use-session.ts'
import type { FeedRequest } from '../stream/requests.ts'
import { SlowNote } from './slow-note.tsx'
import { useSlowRun } from './use-slow-run.ts'
import './what-if.css'

interface WhatIfProps {
  readonly request: FeedRequest
  /** What became of the line. */
  readonly catchUp: CatchUp
}

/** What can go wrong between a page and its server, to be tried: the page says what came of it. */
export function WhatIf({ request, catchUp }: WhatIfProps) {
  const { person } = useSession()
  const { run, start } = useSlowRun(request)
  // When it works this is gone, with everything else of the conversation.
  const revoke = useMutation({ mutationFn: () => revokeMe(request.conversationId) })
  const isGuest = person === null
  return (
    <section className="panel what-if" aria-labelledby="what-if-title">
      <header>
        <h3 id="what-if-title">What if…</h3>
        <CutButton />
        <button
          type="button"
          aria-disabled={isGuest || run.phase === 'slow'}
          onClick={() => {
            if (!isGuest) start()
          }}
        >
          <svg className="line-icon" viewBox="0 0 16 16" aria-hidden="true">
            <path d="M4.5 2h7M4.5 14h7M5.5 2c0 4 5 4.5 5 6s-5 2-5 6M10.5 2c0 4-5 4.5-5 6s5 2 5 6" />
          </svg>
          {run.phase === 'slow' ? 'This tab is slow' : 'Slow me down'}
        </button>
        <button
          type="button"
          aria-disabled={isGuest || revoke.isPending}
          onClick={() => {
            if (!isGuest) revoke.mutate()
          }}
        >
          <svg className="line-icon" viewBox="0 0 16 16" aria-hidden="true">
            <circle cx="8" cy="8" r="5.8" />
            <path d="m4 12 8-8" />
          </svg>
          Revoke me
        </button>
      </header>
      {isGuest && <p className="hint what-if-hint">To be slowed down or revoked one has to be somebody: sign in.</p>}
      <LineNote catchUp={catchUp} />
      <SlowNote run={run} />
      <p className="what-if-problem" role="alert">
        {revoke.error && `Nothing was revoked: ${revoke.error.message}`}
      </p>
    </section>
  )
}
