import type {
  AnyContract,
  CategoryOf,
  Contract,
  SpanNode,
  StatusSnapshot,
  TelltaleError,
} from '@telltale/contract/wire'
import { Consumers } from '../lib/consumers.ts'
import { callSafely, type ReadableStore, Store } from '../lib/store.ts'
import { createThrottle } from '../lib/throttle.ts'
import { CategoryChanges } from './category-changes.ts'
import { EventLog } from './event-log.ts'
import { createPlaceKeeper, type PlaceStore } from './places.ts'
import { ServerClock } from './server-clock.ts'
import { type AnyUpdate, type Gap, initialStreamState, replayedUpTo } from './state.ts'
import { type StreamRequest, Upstream, type UpstreamParts, type UpstreamSink } from './upstream.ts'
import { createViewer, type ReceivedUpdate, type StreamView } from './view.ts'

/** One thing a stream tells those who iterate it. */
export type StreamEvent<
  TContract extends AnyContract = Contract,
  TCategory extends CategoryOf<TContract> = CategoryOf<TContract>,
> =
  | { readonly type: 'update'; readonly update: ReceivedUpdate<TContract, TCategory> }
  | ({ readonly type: 'gap' } & Gap<StatusSnapshot<TContract, TCategory>>)

/** Callbacks of {@link StatusStream.subscribe}; each optional. */
export interface StreamObserver<TContract extends AnyContract, TCategory extends CategoryOf<TContract>> {
  update?(update: ReceivedUpdate<TContract, TCategory>): void
  gap?(gap: Gap<StatusSnapshot<TContract, TCategory>>): void
  /** The stream ended for good. */
  error?(error: TelltaleError): void
}

/**
 * A conversation's updates, three ways: iterate it, subscribe callbacks, or read its store. All share one subscription
 * at the server, which begins with the first consumer and ends a moment after the last.
 */
export interface StatusStream<
  TContract extends AnyContract = Contract,
  TCategory extends CategoryOf<TContract> = CategoryOf<TContract>,
> extends AsyncIterable<StreamEvent<TContract, TCategory>> {
  /** Calls back for each update and gap from now on; the answer's `unsubscribe` ends it. */
  subscribe(observer: StreamObserver<TContract, TCategory>): { unsubscribe(): void }
  readonly store: ReadableStore<StreamView<TContract, TCategory>>
  /** What it carries now; empty until the server has said what there is. */
  readonly categories: readonly CategoryOf<TContract>[]
  /**
   * Carries these categories, too, from the place on that it has reached: nothing is lost and nothing comes twice. What stood
   * of them before that comes in the state, not as updates. Whoever has this stream already shares the change; whoever asks
   * for the same from then on gets a stream as it was asked for. Settles with this same stream, typed by what it carries, when it
   * is so; rejects, and carries on as before, with `UNKNOWN_CATEGORY`, or `TOO_MANY_REQUESTS` beyond 10 categories or 30
   * changes a minute of a user.
   *
   * @example
   * ```ts
   * const wider = await client.status({ conversationId, categories: ['info'] }).subscribeCategories(['tool'])
   * ```
   */
  subscribeCategories<const TMore extends CategoryOf<TContract>>(
    categories: readonly TMore[],
  ): Promise<StatusStream<TContract, TCategory | TMore>>
  /** Carries these categories no more; as {@link StatusStream.subscribeCategories}. */
  unsubscribeCategories<const TLess extends CategoryOf<TContract>>(
    categories: readonly TLess[],
  ): Promise<StatusStream<TContract, Exclude<TCategory, TLess>>>
  /** The work that goes on and the last that ended, as trees; kept current while the stream has a consumer. */
  readonly spans: readonly SpanNode<TContract, TCategory>[]
  /** The server's time, every second, in milliseconds since 1970; `null` while the server cannot be heard. */
  readonly clock: ReadableStore<number | null>
}

/** Bounds of a stream, and what it works with. */
export interface StreamParts extends UpstreamParts {
  /** Most updates kept for showing. @default 200 */
  readonly updatesMax: number
  /** Most events kept for a consumer who iterates slowly; then it is told what it missed. @default 10_000 */
  readonly eventsMax: number
  /** The store changes at most once in this time, in milliseconds. @default 50 */
  readonly renderIntervalMs: number
  /** How long the subscription outlives its last consumer, in milliseconds. @default 1_000 */
  readonly lingerMs: number
  /** Streams that somebody uses put themselves in here: whoever holds only a part of one holds all of it. */
  readonly inUse: Set<object>
  /** Keeps where streams are beyond the life of a page. @default nothing does */
  readonly places?: PlaceStore | undefined
}

/** How a stream is known to those who ask for it. */
export interface KnownAs {
  readonly name: string
  /** It is not what it was asked for any more. */
  onChanged(): void
}

type Received = AnyUpdate & { readonly replayed: boolean }
type Event = { type: 'update'; update: Received } | ({ type: 'gap' } & Gap)

/** Builds a stream; nothing is asked of the server before somebody consumes it. */
export function createStream<TContract extends AnyContract, TCategory extends CategoryOf<TContract>>(
  request: StreamRequest,
  parts: StreamParts,
  known: KnownAs = { name: '', onChanged: () => undefined },
): StatusStream<TContract, TCategory> {
  const { connection, clock } = parts
  const events = new EventLog<Event>(parts.eventsMax, (event) =>
    event.type === 'update' ? 1 : (event.missed ?? Number.NaN),
  )
  /** One entry a subscription: the same observer may come twice. */
  const observers = new Set<{ readonly observer: StreamObserver<TContract, TCategory> }>()
  const toView = createViewer<TContract, TCategory>()
  const serverClock = new ServerClock(clock)
  let updates: readonly Received[] = []
  let fresh: Received[] = []
  let carried: readonly string[] = []
  let error: TelltaleError | null = null
  let stopWatching: (() => void) | null = null

  const render = (): StreamView<TContract, TCategory> => {
    if (fresh.length > 0) {
      updates = [...updates, ...fresh].slice(-parts.updatesMax)
      fresh = []
    }
    return toView(upstream.state, updates, { connection: connection.state.getSnapshot(), error }, upstream.isSubscribed)
  }
  const throttle = createThrottle(clock, parts.renderIntervalMs, () => view.set(render()))

  const places = parts.places && request.from === undefined ? createPlaceKeeper(parts.places, known.name) : null
  const sink: UpstreamSink = {
    accepted(state, batch, gap, serverTime) {
      if (state.categories !== carried) forgetOthers(state.categories)
      const upTo = replayedUpTo(state)
      const received = batch.map((update) => ({ ...update, replayed: update.offset <= upTo }))
      if (serverTime !== null) serverClock.sync(serverTime)
      for (const update of received) fresh.push(update)
      if (fresh.length > parts.updatesMax) fresh = fresh.slice(-parts.updatesMax)
      tell(received, gap)
      throttle.request()
    },
    waiting() {
      serverClock.hear(false)
      throttle.request()
    },
    failed(failure) {
      // Whoever closed the client knows that the stream is over.
      if (failure.code === 'DISPOSED') return events.end('done')
      error = failure
      events.end({ error: failure })
      for (const { observer } of [...observers]) if (observer.error) callSafely(observer.error.bind(observer), failure)
      throttle.request()
    },
  }
  const upstream = new Upstream(request, parts, sink, places)
  const changes = new CategoryChanges(upstream, connection)
  const view = new Store(toView(initialStreamState, [], { connection: connection.state.getSnapshot(), error }, false))

  /** What a consumer is told that iterated so slowly that events were dropped; NaN when some of them were of unknown size. */
  function slowGap(count: number): Event {
    const missed = Number.isNaN(count) ? null : count
    return { type: 'gap', reason: 'slow', missed, dropped: null, snapshot: upstream.state.snapshot }
  }

  /** What is not carried any more is not shown any more. */
  function forgetOthers(categories: readonly string[]): void {
    carried = categories
    updates = updates.filter(({ category }) => categories.includes(category))
    fresh = fresh.filter(({ category }) => categories.includes(category))
  }

  // The updates are of the contract: the server has checked them, and the types are the same on both ends.
  function tell(received: readonly Received[], gap: Gap | null): void {
    const told: Event[] = gap ? [{ type: 'gap', ...gap }] : received.map((update) => ({ type: 'update', update }))
    events.push(told)
    for (const { observer } of [...observers]) {
      for (const event of told) {
        if (event.type === 'gap') {
          if (observer.gap) callSafely(observer.gap.bind(observer), event as never)
        } else if (observer.update) callSafely(observer.update.bind(observer), event.update as never)
      }
    }
  }

  function watch(): void {
    if (stopWatching) return
    stopWatching = connection.state.subscribe(() => {
      const state = connection.state.getSnapshot()
      if (state !== 'open') {
        upstream.interrupt()
        serverClock.hear(false)
      }
      if (state === 'closed') upstream.hurry()
      throttle.request()
    })
    upstream.start()
    throttle.request()
  }

  const consumers = new Consumers(clock, parts.lingerMs, {
    begin() {
      parts.inUse.add(stream)
      // Whoever asks again after a refusal gets another answer than the old one.
      if (error) {
        error = null
        events.reopen()
        upstream.start()
      }
      watch()
    },
    rest() {
      upstream.stop()
      serverClock.hear(false)
      throttle.cancel()
      stopWatching?.()
      stopWatching = null
      // Nobody hears any more: whoever comes back must not take what is here for live.
      view.set(render())
      parts.inUse.delete(stream)
    },
  })

  const stream: StatusStream<TContract, TCategory> = {
    subscribe(observer) {
      const entry = { observer }
      observers.add(entry)
      const release = consumers.use()
      if (error && observer.error) callSafely(observer.error.bind(observer), error)
      return {
        unsubscribe() {
          observers.delete(entry)
          release()
        },
      }
    },
    store: {
      subscribe(listener) {
        const stop = view.subscribe(listener)
        const release = consumers.use()
        return () => {
          stop()
          release()
        }
      },
      getSnapshot: view.getSnapshot,
    },
    get spans() {
      return render().spans
    },
    get categories() {
      return changes.categories as readonly CategoryOf<TContract>[]
    },
    // The same stream: its type follows what it carries.
    async subscribeCategories(categories) {
      known.onChanged()
      await changes.add(categories)
      return stream as never
    },
    async unsubscribeCategories(categories) {
      known.onChanged()
      await changes.remove(categories)
      return stream as never
    },
    clock: serverClock,
    [Symbol.asyncIterator]() {
      const ending = new AbortController()
      const iterator = events.read(ending.signal, slowGap)
      const release = consumers.use()
      return {
        async next() {
          // A for await that ends by a throw, or by the end, calls nobody back.
          try {
            const next = (await iterator.next()) as IteratorResult<StreamEvent<TContract, TCategory>, void>
            if (next.done) release()
            return next
          } catch (failure) {
            release()
            throw failure
          }
        },
        return: async () => {
          ending.abort()
          release()
          return iterator.return() as Promise<IteratorResult<StreamEvent<TContract, TCategory>, void>>
        },
      }
    },
  }
  return stream
}
