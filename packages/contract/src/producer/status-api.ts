import type { AnyContract, CategoryOf, Contract } from '../status/contract.ts'
import type { BoundStatus, SpanHandle, SpanOptions } from './bound-status.ts'
import type {
  BulkUpdate,
  MetadataArguments,
  ProgressMetadata,
  TimedArguments,
  TimedCategoryOf,
} from './metadata-arguments.ts'

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
    ...rest: TimedArguments<TContract, TCategory>
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
