import type { Priority } from '../event.ts'
import type { AnyContract, CategoryOf, Contract, MetadataInput, MetadataOf } from './contract.ts'
import type { Span } from './span.ts'

/** What every status update has, whatever its category. */
export interface StatusUpdateBase {
  /** Unique in its conversation. */
  readonly id: string
  /** Its place in the conversation's log: strictly increasing, not always by one. */
  readonly offset: number
  readonly conversationId: string
  /** What to show a person. */
  readonly text: string
  /** When it was said, ISO 8601. */
  readonly timestamp: string
  /** Under which a later update of the same category may stand for this one, for a reader who lags. */
  readonly key?: string
  /** Present when the producer set one. */
  readonly priority?: Priority
  /** The text was longer than its limit and was cut. */
  readonly truncated?: true
  /** On an update of a span: the span's whole state, so that the last one tells all. */
  readonly span?: Span
  /** On any other update: the span it was said in. */
  readonly spanId?: string
}

/** A status update: a union over the categories, so that `category` narrows `metadata`. */
export type StatusUpdate<
  TContract extends AnyContract = Contract,
  TCategory extends CategoryOf<TContract> = CategoryOf<TContract>,
> =
  TCategory extends CategoryOf<TContract>
    ? StatusUpdateBase & { readonly category: TCategory; readonly metadata: MetadataOf<TContract, TCategory> }
    : never

/** What may be said along with a single update. */
export interface UpdateOptions {
  /** The caller's own name for the update; the same again within 10 minutes is not a second update. */
  readonly id?: string
  /** A later update with the same category and key may stand for this one, for a reader who lags. */
  readonly key?: string
  /** @default 'high' for `error`, 'low' for `progress`, else 'normal' */
  readonly priority?: Priority
  /**
   * How long it is worth saying, in milliseconds, in each place where it waits to be accepted: after that it is shed, and
   * readers are told that something is missing. What was accepted in time stays. Updates of spans themselves have none.
   * @default as long as it takes
   */
  readonly ttlMs?: number
  /** The span it is said in. @default the one this code runs in, if that is of the same conversation */
  readonly spanId?: string
}

/** An update as it is published over the network: a union over the categories. */
export type UpdateInput<
  TContract extends AnyContract = Contract,
  TCategory extends CategoryOf<TContract> = CategoryOf<TContract>,
> =
  TCategory extends CategoryOf<TContract>
    ? UpdateOptions & {
        readonly conversationId: string
        readonly category: TCategory
        readonly text: string
        /** Makes it an update of a span: its whole state. `startedAt` of a new span is set by the server. */
        readonly span?: Span
      } & (Record<never, never> extends MetadataInput<TContract, TCategory>
          ? { readonly metadata?: MetadataInput<TContract, TCategory> }
          : { readonly metadata: MetadataInput<TContract, TCategory> })
    : never

/** The priority an update has when its producer sets none. */
export function defaultPriority(category: string): Priority {
  if (category === 'error') return 'high'
  return category === 'progress' ? 'low' : 'normal'
}
