import type { TelltaleError } from '@telltale/react'
import './publish-outcome.css'

interface PublishOutcomeProps {
  readonly status: 'idle' | 'pending' | 'error' | 'success'
  readonly error: TelltaleError | null
  /** What to say before anything was published. */
  readonly idle: string
  /** What to say when it went well. */
  readonly done: string
}

/** What became of a publish. An error shows its code, which is what a program would look at, and what it means. */
export function PublishOutcome({ status, error, idle, done }: PublishOutcomeProps) {
  return (
    <div className="publish-outcome">
      <p role="status">
        {status === 'idle' && !error && idle}
        {status === 'pending' && 'Publishing…'}
        {status === 'success' && done}
      </p>
      {error && (
        <div role="alert" className="publish-error">
          <code>{error.code}</code>
          <p>
            <bdi>{error.message}</bdi>
          </p>
          <p className="hint">{error.retryable ? 'The same may succeed later.' : 'Again would end the same way.'}</p>
        </div>
      )}
    </div>
  )
}
