import type {
  AnyContract,
  CategoryDescription,
  CategoryOf,
  StatusSnapshot,
  StatusUpdate,
  UpdateInput,
} from '@telltale/contract/wire'
import type { Connection } from '../connection/connection.ts'

/** An update that was accepted. */
export interface AcceptedUpdate {
  readonly id: string
  readonly position: string
}

/** What became of several updates: how many were accepted, and which were not. */
export interface PublishManyResult {
  readonly accepted: number
  readonly rejected: readonly { readonly index: number; readonly code: string; readonly message: string }[]
}

/** A page of updates that are still kept, oldest first. */
export interface HistoryPage<TContract extends AnyContract, TCategory extends CategoryOf<TContract>> {
  readonly updates: readonly StatusUpdate<TContract, TCategory>[]
  /** Pass it as `before` for older ones; `null` when there are none. */
  readonly next: string | null
  readonly head: string
}

/** What is asked of the history. */
export interface HistoryRequest<TCategory extends string> {
  readonly conversationId: string
  readonly categories?: readonly TCategory[]
  readonly before?: string
  /** 1 to 200. @default 50 */
  readonly limit?: number
}

/** The queries and mutations. Each rejects with a `TelltaleError`. */
export interface StatusCalls<TContract extends AnyContract> {
  /** Settles when the server has accepted the update. */
  publish(update: UpdateInput<TContract>): Promise<AcceptedUpdate>
  /** At most 100; those that are refused do not stop the others. */
  publishMany(updates: readonly UpdateInput<TContract>[]): Promise<PublishManyResult>
  history<TCategory extends CategoryOf<TContract> = CategoryOf<TContract>>(
    request: HistoryRequest<TCategory>,
  ): Promise<HistoryPage<TContract, TCategory>>
  snapshot<TCategory extends CategoryOf<TContract> = CategoryOf<TContract>>(request: {
    readonly conversationId: string
    readonly categories?: readonly TCategory[]
  }): Promise<StatusSnapshot<TContract, TCategory>>
  categories(): Promise<readonly CategoryDescription[]>
}

/** Builds the calls of a contract. What comes back is typed by the contract that the server has checked it with. */
export function createCalls<TContract extends AnyContract>(connection: Connection): StatusCalls<TContract> {
  return {
    publish: (update) => connection.mutate('status.publish', update) as Promise<AcceptedUpdate>,
    publishMany: (updates) => connection.mutate('status.publishMany', { updates }) as Promise<PublishManyResult>,
    history: (request) => connection.query('status.history', request) as Promise<never>,
    snapshot: (request) => connection.query('status.snapshot', request) as Promise<never>,
    categories: () => connection.query('status.categories') as Promise<readonly CategoryDescription[]>,
  }
}
