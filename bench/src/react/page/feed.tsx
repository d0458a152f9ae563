import { type ReactNode, useLayoutEffect } from 'react'
import type { Shown } from './gauge.ts'

/** What a row shows of an update. */
export interface Row {
  readonly id: string
  readonly timestamp: string
  readonly category: string
  readonly text: string
  readonly metadata?: { readonly [key: string]: unknown }
}

/** What both pages have. */
export interface FeedProps extends Shown {
  /** Oldest first. */
  readonly updates: readonly Row[]
  readonly progress: { readonly current: number | null; readonly total: number | null } | null
}

/** What both pages show: the newest updates, newest first, what was said last, and how far it is. */
export function Feed({ updates, progress, received, missed, isLive }: FeedProps): ReactNode {
  // Runs in every commit.
  useLayoutEffect(() => window.gauge.committed({ updates, received, missed, isLive }))
  return (
    <main>
      <h1>{isLive ? 'Live' : 'Connecting'}</h1>
      <p role="status">{updates.at(-1)?.text}</p>
      <progress max={progress?.total ?? 1} value={progress?.current ?? 0} />
      <p>{received} updates</p>
      <ol>
        {updates.toReversed().map(({ id, timestamp, category, text }) => (
          <li key={id}>
            <time dateTime={timestamp}>{timestamp.slice(11, 23)}</time>
            <strong>{category}</strong>
            <span>{text}</span>
          </li>
        ))}
      </ol>
    </main>
  )
}
