import type { StatusRequest, TelltaleClient } from '@telltale/client'
import type { AnyContract, CategoryOf } from '@telltale/contract/wire'
import { useMemo } from 'react'
import { useStore } from './use-store.ts'
import { useStream } from './use-stream.ts'

/** What a stream carries, and how to change that; see {@link CategoryHooks.useStatusCategories}. */
export interface StatusCategories<TContract extends AnyContract> {
  /** Empty until the server has said what there is. */
  readonly categories: readonly CategoryOf<TContract>[]
  /** What could be carried. */
  readonly available: readonly CategoryOf<TContract>[]
  /** Settles when they are carried, too; rejects, and all is as before, with `TOO_MANY_REQUESTS` or `UNKNOWN_CATEGORY`. */
  readonly subscribeCategories: (categories: readonly CategoryOf<TContract>[]) => Promise<void>
  /** Settles when they are carried no more. */
  readonly unsubscribeCategories: (categories: readonly CategoryOf<TContract>[]) => Promise<void>
}

/** The hook for what a stream carries. */
export interface CategoryHooks<TContract extends AnyContract> {
  /**
   * What the stream of a request carries, and how to change that without losing its place: everybody who has the same
   * stream by then sees the change, and who asks for one later gets what was asked for.
   *
   * @example
   * ```tsx
   * const { categories, subscribeCategories } = useStatusCategories({ conversationId, categories: ['info'] })
   * return <button onClick={() => subscribeCategories(['tool'])}>{categories.join()}</button>
   * ```
   */
  readonly useStatusCategories: (request: StatusRequest<CategoryOf<TContract>>) => StatusCategories<TContract>
}

/** Builds the hook. */
export function createCategoryHooks<TContract extends AnyContract>(
  useTelltaleClient: () => TelltaleClient<TContract>,
): CategoryHooks<TContract> {
  return {
    useStatusCategories(request) {
      const stream = useStream(useTelltaleClient(), request)
      const categories = useStore(stream.store, (view) => view.categories)
      const available = useStore(stream.store, (view) => view.available)
      return useMemo(
        () => ({
          categories,
          available,
          subscribeCategories: async (more) => void (await stream.subscribeCategories(more)),
          unsubscribeCategories: async (less) => void (await stream.unsubscribeCategories(less)),
        }),
        [stream, categories, available],
      )
    },
  }
}
