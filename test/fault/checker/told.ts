import type { Gap, ReceivedUpdate } from '@telltale/client'
import type { Frame, StatusSnapshot, StatusUpdate } from '@telltale/contract'
import type { Place } from './ledger.ts'

/** It asks for other categories from a position on. */
export interface FilterStep {
  readonly kind: 'filter'
  readonly categories: readonly string[]
  position: string | null
  readonly atMs: number
}

/** One thing that reached an application through `createTelltaleClient`. */
export type AppStep = { readonly atMs: number } & (
  | { readonly kind: 'update'; readonly update: ReceivedUpdate }
  | { readonly kind: 'gap'; readonly gap: Gap<StatusSnapshot> }
  | FilterStep
  | { readonly kind: 'error'; readonly code: string }
)

/** One frame that reached an application through a stock tRPC client. */
export interface WireStep {
  readonly atMs: number
  /** The tracked id; `null` of a value that came without one. */
  readonly id: string | null
  readonly frame: Frame<StatusUpdate, StatusSnapshot>
}

/** Who read, what they asked for, and what they may see. */
export interface ReaderFacts {
  readonly name: string
  readonly conversationId: string
  /** What was asked for at the beginning. */
  readonly categories: readonly string[]
  /** Behind what everything is its: the origin, for one who was there before anything was said; `null` is not known. */
  begin: 'origin' | Place | null
  /** When its permission ended, if it did. */
  revokedAtMs: number | null
}
