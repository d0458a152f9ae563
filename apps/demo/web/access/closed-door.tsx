import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { letMeIn } from '../results/calls.ts'
import { renewSession } from '../session/session.ts'
import { useSession } from '../session/use-session.ts'
import './closed-door.css'

/** What somebody sees who may not see a conversation, or not any more. */
export function ClosedDoor({ conversationId }: { conversationId: string }) {
  const { person } = useSession()
  const title = useRef<HTMLHeadingElement>(null)
  const back = useMutation({ mutationFn: () => letMeIn(conversationId), onSuccess: renewSession })

  useEffect(() => {
    // What one was at is gone, and the focus with it.
    if (document.activeElement === document.body) title.current?.focus()
  }, [])

  return (
    <main className="closed-door">
      <section className="panel" aria-labelledby="closed-door-title">
        <svg className="line-icon" viewBox="0 0 16 16" aria-hidden="true">
          <path d="M3.5 7h9v6.5h-9zM5.5 7V4.8a2.5 2.5 0 0 1 5 0V7" />
        </svg>
        <h2 id="closed-door-title" ref={title} tabIndex={-1}>
          {person?.name ?? 'A guest'} may not see this conversation
        </h2>
        <p>
          The server ended every stream of it on this page at once, and answers as if there were no such conversation.
          What is said from now on is not sent here. Everything else of this page goes on, and so do the others.
        </p>
        {person && (
          <button type="button" className="main" aria-disabled={back.isPending} onClick={() => back.mutate()}>
            Let me in again
          </button>
        )}
        <p className="closed-door-problem" role="alert">
          {back.error && `That did not work: ${back.error.message}`}
        </p>
      </section>
    </main>
  )
}
