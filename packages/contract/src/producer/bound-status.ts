import type { AnyContract, CategoryOf, Contract, MetadataInput } from '../status/contract.ts'
import type { SpanProgress, SpanState } from '../status/span.ts'
import type {
  BulkUpdate,
  MetadataArguments,
  MetadataOption,
  ProgressMetadata,
  TimedArguments,
  TimedCategoryOf,
} from './metadata-arguments.ts'

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
    ...rest: TimedArguments<TContract, TCategory>
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
 * A piece of work that was started. What is said of it shows its whole state; whatever is said after its end is ignored.
 * Nothing here throws or waits.
 *
 * With `using`, a block that is left without `end`, `fail` or `cancel` cancels the span: it is not known how it went.
 */
export interface SpanHandle<
  TContract extends AnyContract = Contract,
  TCategory extends CategoryOf<TContract> = CategoryOf<TContract>,
> extends Disposable {
  readonly id: string
  readonly conversationId: string
  readonly category: TCategory
  readonly name: string
  /** The span this one is a part of. */
  readonly parentId: string | undefined
  /** Where it stands; `lost` when the server gave it up, because this process was silent for too long. */
  readonly state: SpanState
  /** Says anything else from within this span; spans started by it are its children. */
  readonly status: BoundStatus<TContract>
  /** It goes on; metadata is added to what was said before. */
  update(text: string, metadata?: Partial<MetadataInput<TContract, TCategory>>): void
  /** How far it is. Said at most every 50 ms; the last is always said. `total` 0 is as good as none: not known. */
  progress(current: number, total?: number, text?: string): void
  progress(progress: SpanProgress, text?: string): void
  /** It failed and is tried again: `attempt` is the one that comes, from 2, and begins in `delayMs`. */
  retrying(
    retry: { readonly attempt: number; readonly of?: number; readonly delayMs?: number; readonly error?: unknown },
    text?: string,
  ): void
  /** It can go on only when something else happens, such as `user approval` or `rate limit`. */
  waiting(wait: { readonly for: string }, text?: string): void
  /** Something took the place of what was tried first. */
  fallback(change: { readonly from: string; readonly to: string }, text?: string): void
  /** It has succeeded. */
  end(text?: string, metadata?: Partial<MetadataInput<TContract, TCategory>>): void
  /** It has failed; readers get the error's type and a message without secrets, never its stack. */
  fail(error: unknown, text?: string): void
  /** It was given up on purpose. */
  cancel(reason?: string): void
  /** Runs something in this span: what is said there belongs to it, and spans started there are its children. */
  run<TResult>(action: () => TResult): TResult
}

/** What a span is started with. */
export type SpanOptions<TContract extends AnyContract, TCategory extends CategoryOf<TContract>> = {
  /** Fixed for the life of the span. */
  readonly category: TCategory
  /** What it is called, at most 128 characters. */
  readonly name: string
  /** What is said at its start. @default the name */
  readonly text?: string
  /** @default the span this code runs in, if that is of the same conversation */
  readonly parentId?: string
} & MetadataOption<MetadataArguments<TContract, TCategory>[0]>
