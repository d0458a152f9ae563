import type { Span } from './span.ts'

/** What the fold looks at in an update. */
export interface Foldable {
  readonly id: string
  readonly offset: number
  readonly category: string
  readonly text: string
  readonly metadata: unknown
  readonly timestamp: string
  readonly key?: string
  readonly span?: Span
}
