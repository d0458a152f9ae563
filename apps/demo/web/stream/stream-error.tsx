import type { TelltaleError } from '@telltale/react'
import './stream-error.css'

/** Why the stream ended for good. */
export function StreamError({ error }: { error: TelltaleError }) {
  return (
    <section className="stream-error" role="alert">
      <h4>The stream ended</h4>
      <p>
        <code>{error.code}</code> <bdi>{error.message}</bdi>
      </p>
    </section>
  )
}
