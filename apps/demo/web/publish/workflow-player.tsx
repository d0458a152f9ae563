import { useMutation } from '@tanstack/react-query'
import { type TelltaleError, useTelltaleClient } from '@telltale/react'
import { burstOf } from './burst.ts'
import { PublishOutcome } from './publish-outcome.tsx'
import { useWorkflow } from './use-workflow.ts'
import './workflow-player.css'

/** Two ways to see something move without typing. */
export function WorkflowPlayer({ conversationId }: { conversationId: string }) {
  const workflow = useWorkflow(conversationId)
  const burst = useBurst(conversationId)
  return (
    <section className="panel workflow-player" aria-labelledby="workflow-player-title">
      <h2 id="workflow-player-title">See it move</h2>
      <div className="workflow-player-buttons">
        <button
          type="button"
          className="main"
          onClick={() => (workflow.isPlaying ? workflow.stop() : void workflow.play())}
        >
          {workflow.isPlaying ? 'Stop the workflow' : 'Play a workflow'}
        </button>
        <button type="button" onClick={() => burst.mutate()}>
          500 at once
        </button>
      </div>
      <PublishOutcome
        status={burst.status}
        error={workflow.error ?? burst.error}
        idle="Six seconds of research, with a failure on the way."
        done={`${burst.data} accepted.`}
      />
    </section>
  )
}

/** Publishes 500 updates; answers how many were accepted. */
function useBurst(conversationId: string) {
  const client = useTelltaleClient()
  return useMutation<number, TelltaleError>({
    mutationFn: async () => {
      const results = await Promise.all(burstOf(conversationId, 5).map((updates) => client.publishMany(updates)))
      return results.reduce((sum, { accepted }) => sum + accepted, 0)
    },
  })
}
