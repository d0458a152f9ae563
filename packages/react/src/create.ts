import {
  type InfiniteData,
  type UseInfiniteQueryResult,
  type UseMutationResult,
  useInfiniteQuery,
  useMutation,
} from '@tanstack/react-query'
import type {
  AcceptedUpdate,
  ConnectionState,
  HistoryPage,
  HistoryRequest,
  PresenceRequest,
  PresenceView,
  StatusRequest,
  StreamView,
  TelltaleClient,
  TelltaleError,
  TransportName,
} from '@telltale/client'
import type { AnyContract, CategoryOf, Contract, UpdateInput } from '@telltale/contract/wire'
import { createContext, type ReactNode } from 'react'
import { type CategoryHooks, createCategoryHooks } from './categories.ts'
import { createProvider, type TelltaleProviderProps, useClientOf } from './provider.tsx'
import { createSpanHooks, type SpanHooks } from './spans.ts'
import { useStore } from './use-store.ts'
import { useStream } from './use-stream.ts'

/** Shows a conversation live; see {@link TelltaleReact.useStatusStream}. */
export interface UseStatusStream<TContract extends AnyContract> {
  <const TCategory extends CategoryOf<TContract> = CategoryOf<TContract>>(
    request: StatusRequest<TCategory>,
  ): StreamView<TContract, TCategory>
  <const TCategory extends CategoryOf<TContract>, TSelected>(
    request: StatusRequest<TCategory>,
    select: (view: StreamView<TContract, TCategory>) => TSelected,
    isEqual?: (a: TSelected, b: TSelected) => boolean,
  ): TSelected
}

/** Shows who watches a conversation; see {@link TelltaleReact.usePresence}. */
export interface UsePresence {
  (request: PresenceRequest): PresenceView
  <TSelected>(
    request: PresenceRequest,
    select: (view: PresenceView) => TSelected,
    isEqual?: (a: TSelected, b: TSelected) => boolean,
  ): TSelected
}

/** How the connection of a client stands, and what it goes by. */
export interface ConnectionView {
  readonly state: ConnectionState
  /** `null` before anything came through. */
  readonly transport: TransportName | null
}

/** Hooks typed by a contract. */
export interface TelltaleReact<TContract extends AnyContract> extends SpanHooks<TContract>, CategoryHooks<TContract> {
  /** Gives the client to the hooks below. */
  readonly TelltaleProvider: (props: TelltaleProviderProps<TContract>) => ReactNode
  /** The client of the nearest provider; throws outside of one. */
  readonly useTelltaleClient: () => TelltaleClient<TContract>
  /** Shows how the connection stands, whatever is read over it. */
  readonly useConnection: () => ConnectionView
  /**
   * Shows a conversation live. Renders at most every 50 ms; components that ask for the same share one subscription.
   * With a selector it renders only when what that picks is another value, by `Object.is` or the given comparison.
   */
  readonly useStatusStream: UseStatusStream<TContract>
  /**
   * Shows who watches a conversation, without being one of them. With a selector it renders only when what that picks is
   * another value.
   */
  readonly usePresence: UsePresence
  /** A mutation that publishes an update; needs TanStack Query's `QueryClientProvider`. */
  readonly usePublishStatus: () => UseMutationResult<AcceptedUpdate, TelltaleError, UpdateInput<TContract>>
  /** Pages of updates that are still kept, newest page first; needs TanStack Query's `QueryClientProvider`. */
  readonly useStatusHistory: <const TCategory extends CategoryOf<TContract> = CategoryOf<TContract>>(
    request: Omit<HistoryRequest<TCategory>, 'before'>,
  ) => UseInfiniteQueryResult<InfiniteData<HistoryPage<TContract, TCategory>, string | undefined>, TelltaleError>
}

/**
 * Makes the hooks of an app's contract, once, in a module of their own. The six default categories need no factory:
 * import the hooks themselves.
 *
 * @example
 * ```ts
 * export const { TelltaleProvider, useStatusStream } = createTelltaleReact<typeof contract>()
 * ```
 */
export function createTelltaleReact<TContract extends AnyContract = Contract>(): TelltaleReact<TContract> {
  const context = createContext<TelltaleClient<TContract> | null>(null)
  const useTelltaleClient = (): TelltaleClient<TContract> => useClientOf(context)

  function useStatusStream<TCategory extends CategoryOf<TContract>, TSelected>(
    request: StatusRequest<TCategory>,
    select: (view: StreamView<TContract, TCategory>) => TSelected = whole,
    isEqual?: (a: TSelected, b: TSelected) => boolean,
  ): TSelected {
    // Asking for the same gives the same stream, so a request written inline is no new subscription.
    const stream = useStream(useTelltaleClient(), request)
    return useStore(stream.store, select, isEqual)
  }

  return {
    TelltaleProvider: createProvider(context),
    useTelltaleClient,
    useConnection() {
      const { connection, transport } = useTelltaleClient()
      return {
        state: useStore<ConnectionState, ConnectionState>(connection, whole),
        transport: useStore<TransportName | null, TransportName | null>(transport, whole),
      }
    },
    useStatusStream,
    usePresence<TSelected>(
      request: PresenceRequest,
      select: (view: PresenceView) => TSelected = whole,
      isEqual?: (a: TSelected, b: TSelected) => boolean,
    ) {
      return useStore(useTelltaleClient().presence(request).store, select, isEqual)
    },
    ...createSpanHooks(useTelltaleClient),
    ...createCategoryHooks(useTelltaleClient),
    usePublishStatus() {
      const client = useTelltaleClient()
      // The connection knows better than the browser whether it is there: nothing is put off behind the caller's back.
      return useMutation({ mutationFn: (update) => client.publish(update), networkMode: 'always' })
    },
    useStatusHistory(request) {
      const client = useTelltaleClient()
      return useInfiniteQuery({
        queryKey: ['telltale', 'history', request],
        queryFn: ({ pageParam }) =>
          client.history({ ...request, ...(pageParam !== undefined && { before: pageParam }) }),
        initialPageParam: undefined as string | undefined,
        networkMode: 'always',
        // What is final does not become another answer by asking again.
        retry: (failures, error) => error.retryable && failures < 3,
        getNextPageParam: (page) => page.next ?? undefined,
      })
    },
  }
}

// Without a selector what is selected is the view itself; the overloads say so, this signature cannot.
function whole<TView, TSelected>(view: TView): TSelected {
  return view as unknown as TSelected
}
