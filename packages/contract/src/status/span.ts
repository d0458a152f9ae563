import type { AnyContract, CategoryOf, Contract, MetadataOf } from './contract.ts'
import type { SafeError } from './safe-error.ts'

/** Where a span stands. The last four are ends: a span that has one never has another state. */
export type SpanState = 'started' | 'running' | 'waiting' | 'retrying' | SpanEnd

/** How a span can end; `lost` is said by the server, of work whose producer died. */
export type SpanEnd = 'succeeded' | 'failed' | 'cancelled' | 'lost'

/** The states a span can have, ends last. */
export const spanStates = [
  'started',
  'running',
  'waiting',
  'retrying',
  'succeeded',
  'failed',
  'cancelled',
  'lost',
] as const satisfies readonly SpanState[]

/** Whether a state is an end. */
export function isSpanEnd(state: SpanState): state is SpanEnd {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled' || state === 'lost'
}

/** How far a span is. */
export interface SpanProgress {
  readonly current?: number
  /** Absent when it is not known how much there is. */
  readonly total?: number
  /** Whole percent, 0 to 100; 100 only when it is done. Absent when it cannot be known. */
  readonly percent?: number
  /** What is counted, such as `pages`. */
  readonly unit?: string
}

/** A piece of work with a start and an end. Every update of it carries all of this, so that the last one tells all. */
export interface Span {
  /** Unique in its conversation. */
  readonly id: string
  /** The span it is a part of. */
  readonly parentId?: string
  readonly name: string
  readonly state: SpanState
  /** ISO 8601, by the server's clock. */
  readonly startedAt: string
  /** How long it took, in milliseconds; present when it has ended. */
  readonly durationMs?: number
  readonly progress?: SpanProgress
  /** Which attempt this is, from 1; present once there was a second. */
  readonly attempt?: number
  /** How many attempts there will be at most. */
  readonly attempts?: number
  /** While it is `retrying`: how long until the next attempt, in milliseconds. */
  readonly retryInMs?: number
  /** While it is `waiting`: for what. */
  readonly waitingFor?: string
  /** What took the place of what, when the first choice failed. */
  readonly fallback?: { readonly from: string; readonly to: string }
  /** Why it failed, or why it is tried again; safe to show. */
  readonly error?: SafeError
  /** Why it was cancelled or lost. */
  readonly reason?: string
}

/** A span in a snapshot: its whole state, and what was last said of it. */
export type SpanRecord<
  TContract extends AnyContract = Contract,
  TCategory extends CategoryOf<TContract> = CategoryOf<TContract>,
> =
  TCategory extends CategoryOf<TContract>
    ? AnySpanRecord & { readonly category: TCategory; readonly metadata: MetadataOf<TContract, TCategory> | null }
    : never

/** A span in a snapshot, of any contract. */
export interface AnySpanRecord extends Span {
  readonly category: string
  /** What was last said of it, at most {@link spanTextMax} characters. */
  readonly text: string
  /** The metadata of its last update; `null` when that is over {@link spanMetadataMax}: the update itself has it. */
  readonly metadata: unknown
  /** Place of its last update. */
  readonly offset: number
  /** When it was last heard of, ISO 8601, by the server's clock. */
  readonly updatedAt: string
}

/** Most characters of text that a snapshot keeps of a span. */
export const spanTextMax = 256
/** Most characters of keys and values of metadata that a snapshot keeps of a span. */
export const spanMetadataMax = 1_024
/** Most characters of a span's name, of what it waits for, and of a reason; longer ones are cut. */
export const spanNameMax = 128

/** What a record is made from. */
export interface SpanUpdate {
  readonly category: string
  readonly text: string
  readonly metadata: unknown
  readonly offset: number
  readonly timestamp: string
}

/** What a snapshot keeps of a span's update. */
export function toSpanRecord(update: SpanUpdate, span: Span): AnySpanRecord {
  const { category, text, metadata, offset, timestamp } = update
  return {
    ...span,
    category,
    text: cutSpanText(text, spanTextMax),
    metadata: sizeLeft(metadata, spanMetadataMax) < 0 ? null : metadata,
    offset,
    updatedAt: timestamp,
  }
}

/** Cuts a text to a number of characters, marked with `…`, never through a character. */
export function cutSpanText(text: string, max: number): string {
  if (text.length <= max) return text
  const cut = text.slice(0, max - 1)
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`
}

/** What is left of a budget of characters behind a JSON value; stops looking as soon as nothing is. */
function sizeLeft(value: unknown, budget: number): number {
  if (typeof value === 'string') return budget - value.length - 2
  if (typeof value !== 'object' || value === null) return budget - 8
  let left = budget - 2
  for (const [key, item] of Object.entries(value)) {
    if (left < 0) return left
    left = sizeLeft(item, left - key.length - 4)
  }
  return left
}
