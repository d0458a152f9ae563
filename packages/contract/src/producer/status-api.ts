import type { AnyContract, CategoryOf, Contract, MetadataInput } from '../status/contract.ts'
import type { UpdateOptions } from '../status/update.ts'
import type { SpanHandle, SpanOptions } from './span-handle.ts'

/** Metadata that fits whichever of the categories it turns out to be. */
type MetadataOfAll<TContract extends AnyContract, TCategory extends CategoryOf<TContract>> = (
  TCategory extends CategoryOf<TContract>
    ? (metadata: MetadataInput<TContract, TCategory>) => void
    : never
) extends (metadata: infer TMetadata) => void
  ? TMetadata
  : never

/** Metadata is optional exactly when `{}` fits the category's schema. */
export type MetadataArguments<TContract extends AnyContract, TCategory extends CategoryOf<TContract>> =
  Record<never, never> extends MetadataOfAll<TContract, TCategory>
    ? [metadata?: MetadataOfAll<TContract, TCategory>, options?: UpdateOptions]
    : [metadata: MetadataOfAll<TContract, TCategory>, options?: UpdateOptions]

/** Categories whose metadata can hold how long something took. */
export type TimedCategoryOf<TContract extends AnyContract> = {
  [TCategory in CategoryOf<TContract>]: { durationMs: number } extends Pick<
    MetadataInput<TContract, TCategory> & { [key: string]: unknown },
    'durationMs'
  >
    ? 'durationMs' extends keyof MetadataInput<TContract, TCategory>
      ? TCategory
      : string extends keyof MetadataInput<TContract, TCategory>
        ? TCategory
        : never
    : never
}[CategoryOf<TContract>]

/** One of several updates: a union over the categories. */
export type BulkUpdate<
  TContract extends AnyContract,
  TCategory extends CategoryOf<TContract> = CategoryOf<TContract>,
> =
  TCategory extends CategoryOf<TContract>
    ? UpdateOptions & { readonly category: TCategory; readonly text: string } & (Record<never, never> extends MetadataInput<
            TContract,
            TCategory
          >
          ? { readonly metadata?: MetadataInput<TContract, TCategory> }
          : { readonly metadata: MetadataInput<TContract, TCategory> })
    : never

/** How far something is, when the contract has the category `progress` for it. */
type ProgressMetadata<TContract extends AnyContract> = 'progress' extends CategoryOf<TContract>
  ? Partial<MetadataInput<TContract, 'progress'>>
  : never

/** One method a category, and more for common cases, about one conversation. */
export type BoundStatus<TContract extends AnyContract = Contract> = {
  readonly [TCategory in CategoryOf<TContract>]: (
    text: string,
    ...rest: MetadataArguments<TContract, TCategory>
  ) => void
} & {
  readonly conversationId: string
  /** The same for a category that is a variable. */
  update<TCategory extends CategoryOf<TContract>>(
    category: TCategory,
    text: string,
    ...rest: MetadataArguments<TContract, TCategory>
  ): void
  /** Several updates at once, in their order. */
  bulkUpdate(updates: readonly BulkUpdate<TContract>[]): void
  /** Says it only when the condition holds. */
  maybeUpdate<TCategory extends CategoryOf<TContract>>(
    condition: boolean,
    category: TCategory,
    text: string,
    ...rest: MetadataArguments<TContract, TCategory>
  ): void
  /** Adds `durationMs`, the time since `startedAt`: what `performance.now()` said then, or a `Date`. */
  withTiming<TCategory extends TimedCategoryOf<TContract>>(
    category: TCategory,
    text: string,
    startedAt: number | Date,
    ...rest: MetadataArguments<TContract, TCategory>
  ): void
  /** Says in the category `progress` how far something is; `percent` is absent where it cannot be known, as in 0 of 0. */
  progressPercentage(text: string, current: number, total: number, metadata?: ProgressMetadata<TContract>): void
  /**
   * Does a piece of work and tells how it goes: `started`, then `succeeded` or `failed` with its duration. What the
   * callback returns is returned, what it throws is thrown, both unchanged; an `AbortError` cancels. A child that goes on
   * after its parent has ended goes on by itself.
   */
  span<TCategory extends CategoryOf<TContract>, TResult>(
    options: SpanOptions<TContract, TCategory>,
    work: (span: SpanHandle<TContract, TCategory>) => TResult,
  ): TResult
  /** Starts a span that ends when its handle says so. */
  startSpan<TCategory extends CategoryOf<TContract>>(
    options: SpanOptions<TContract, TCategory>,
  ): SpanHandle<TContract, TCategory>
}

/**
 * What producers say, from anywhere in the process: returns at once, never throws, never waits. What does not fit the
 * contract at run time is dropped, counted and told to telemetry (`update.rejected`).
 *
 * @example
 * ```ts
 * status.tool('c1', 'Searching the web', { tool: 'web_search' })
 * const found = await status.span({ conversationId: 'c1', category: 'tool', name: 'Search' }, async (span) => {
 *   span.progress(3, 10, 'Read 3 of 10 pages')
 *   return search()
 * })
 * ```
 */
export type StatusApi<TContract extends AnyContract = Contract> = {
  readonly [TCategory in CategoryOf<TContract>]: (
    conversationId: string,
    text: string,
    ...rest: MetadataArguments<TContract, TCategory>
  ) => void
} & {
  /** The same for a category that is a variable. */
  update<TCategory extends CategoryOf<TContract>>(
    conversationId: string,
    category: TCategory,
    text: string,
    ...rest: MetadataArguments<TContract, TCategory>
  ): void
  /** A handle that says everything about one conversation. */
  in(conversationId: string): BoundStatus<TContract>
  /** Runs something about a conversation: below it, `current()` is that conversation's handle. Returns what it returns. */
  run<TResult>(conversationId: string, action: () => TResult): TResult
  /** The handle of the conversation this code runs in; outside of `run` and of spans it says nothing, and warns once. */
  current(): BoundStatus<TContract>
  /** @see BoundStatus.bulkUpdate */
  bulkUpdate(conversationId: string, updates: readonly BulkUpdate<TContract>[]): void
  /** @see BoundStatus.maybeUpdate */
  maybeUpdate<TCategory extends CategoryOf<TContract>>(
    conversationId: string,
    condition: boolean,
    category: TCategory,
    text: string,
    ...rest: MetadataArguments<TContract, TCategory>
  ): void
  /** @see BoundStatus.withTiming */
  withTiming<TCategory extends TimedCategoryOf<TContract>>(
    conversationId: string,
    category: TCategory,
    text: string,
    startedAt: number | Date,
    ...rest: MetadataArguments<TContract, TCategory>
  ): void
  /** @see BoundStatus.progressPercentage */
  progressPercentage(
    conversationId: string,
    text: string,
    current: number,
    total: number,
    metadata?: ProgressMetadata<TContract>,
  ): void
  /** @see BoundStatus.span */
  span<TCategory extends CategoryOf<TContract>, TResult>(
    options: SpanOptions<TContract, TCategory> & { readonly conversationId: string },
    work: (span: SpanHandle<TContract, TCategory>) => TResult,
  ): TResult
  /** @see BoundStatus.startSpan */
  startSpan<TCategory extends CategoryOf<TContract>>(
    options: SpanOptions<TContract, TCategory> & { readonly conversationId: string },
  ): SpanHandle<TContract, TCategory>
}
