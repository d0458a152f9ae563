import type { AnyContract, CategoryOf, Contract, MetadataInput, UpdateOptions } from '@telltale/contract'
import type { Publisher } from '../publisher/publisher.ts'

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

/** One method a category, and `update` for a category that is a variable, about one conversation. */
export type BoundStatus<TContract extends AnyContract = Contract> = {
  readonly [TCategory in CategoryOf<TContract>]: (
    text: string,
    ...rest: MetadataArguments<TContract, TCategory>
  ) => void
} & {
  readonly conversationId: string
  update<TCategory extends CategoryOf<TContract>>(
    category: TCategory,
    text: string,
    ...rest: MetadataArguments<TContract, TCategory>
  ): void
}

/**
 * What producers say, from anywhere in the server: returns at once, never throws, never waits. What does not fit the
 * contract at run time is dropped, counted and told to telemetry (`update.rejected`).
 *
 * @example
 * ```ts
 * status.tool('c1', 'Searching the web', { tool: 'web_search' })
 * status.in('c1').info('Ready')
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
}

type Say = Publisher['say']

/** Builds the producers' face of a contract. The casts give the methods that are made here their names in the type. */
export function createStatus<TContract extends AnyContract>(
  contract: TContract,
  publisher: Pick<Publisher, 'say'>,
): StatusApi<TContract> {
  const say: Say = (...args) => publisher.say(...args)
  const api: Record<string, unknown> = { update: say }
  for (const category of contract.names) {
    api[category] = (conversationId: string, text: string, metadata?: unknown, options?: UpdateOptions) =>
      say(conversationId, category, text, metadata, options)
  }
  api['in'] = (conversationId: string) => bindStatus(contract, say, conversationId)
  return Object.freeze(api) as StatusApi<TContract>
}

function bindStatus<TContract extends AnyContract>(
  contract: TContract,
  say: Say,
  conversationId: string,
): BoundStatus<TContract> {
  const bound: Record<string, unknown> = {
    conversationId,
    update: (category: string, text: string, metadata?: unknown, options?: UpdateOptions) =>
      say(conversationId, category, text, metadata, options),
  }
  for (const category of contract.names) {
    bound[category] = (text: string, metadata?: unknown, options?: UpdateOptions) =>
      say(conversationId, category, text, metadata, options)
  }
  return Object.freeze(bound) as BoundStatus<TContract>
}
