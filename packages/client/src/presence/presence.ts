import type { PresenceMember, TelltaleError } from '@telltale/contract/wire'
import type { ConnectionState } from '../connection/connection.ts'
import { Consumers } from '../lib/consumers.ts'
import { callSafely, type ReadableStore, Store } from '../lib/store.ts'
import { createThrottle } from '../lib/throttle.ts'
import { PresenceUpstream, type PresenceUpstreamParts } from './upstream.ts'

/** What presence is asked for. */
export interface PresenceRequest {
  readonly conversationId: string
}

/** Who watches a conversation, as something to show. Immutable; members that did not change are the same objects. */
export interface PresenceView {
  /** In the order of their user ids; the last that was known while `isLive` is false. */
  readonly members: readonly PresenceMember[]
  readonly connection: ConnectionState
  /** Whether the server can be heard: while it is false, some may have come and others gone. */
  readonly isLive: boolean
  /** Why it ended for good; `null` while it lives. */
  readonly error: TelltaleError | null
}

/** Callbacks of {@link PresenceStream.subscribe}; each optional. */
export interface PresenceObserver {
  /** A user came: the first of its connections. Who was there at the beginning did not come. */
  joined?(member: PresenceMember): void
  /** A user went: the last of its connections. The member is as it was last known. */
  left?(member: PresenceMember): void
  /** It ended for good. */
  error?(error: TelltaleError): void
}

/**
 * Who watches a conversation, as a store or by callbacks. Both share one subscription at the server, which begins with
 * the first consumer and ends a moment after the last. To ask who watches is not to watch.
 */
export interface PresenceStream {
  /** Changes at most every 50 ms. */
  readonly store: ReadableStore<PresenceView>
  /** Calls back when users come and go; the answer's `unsubscribe` ends it. */
  subscribe(observer: PresenceObserver): { unsubscribe(): void }
}

/** What a stream of presence works with. */
export interface PresenceStreamParts extends PresenceUpstreamParts {
  /** The store changes at most once in this time, in milliseconds. */
  readonly renderIntervalMs: number
  /** How long the subscription outlives its last consumer, in milliseconds. */
  readonly lingerMs: number
  /** Streams that somebody uses put themselves in here: whoever holds only a part of one holds all of it. */
  readonly inUse: Set<object>
}

/** Builds the stream of a conversation; nothing is asked of the server before somebody consumes it. */
export function createPresenceStream(conversationId: string, parts: PresenceStreamParts): PresenceStream {
  const { connection, clock } = parts
  /** One entry a subscription: the same observer may come twice. */
  const observers = new Set<{ readonly observer: PresenceObserver }>()
  let error: TelltaleError | null = null
  let told: readonly PresenceMember[] | null = null
  let stopWatching: (() => void) | null = null

  const upstream = new PresenceUpstream(conversationId, parts, (failure) => {
    // Whoever closed the client knows that it is over.
    if (failure && failure.code !== 'DISPOSED') {
      error = failure
      tell((observer) => observer.error?.(failure))
    }
    if (upstream.isTold) tellChanges(upstream.members)
    throttle.request()
  })
  const render = (): PresenceView => {
    const state = connection.state.getSnapshot()
    return { members: upstream.members, connection: state, isLive: upstream.isTold && state === 'open', error }
  }
  const view = new Store(render())
  const throttle = createThrottle(clock, parts.renderIntervalMs, () => view.set(render()))

  function tell(call: (observer: PresenceObserver) => void): void {
    for (const { observer } of [...observers]) callSafely(call, observer)
  }

  function tellChanges(members: readonly PresenceMember[]): void {
    const before = told
    told = members
    if (!before || observers.size === 0) return
    for (const member of unknownTo(before, members)) tell((observer) => observer.joined?.(member))
    for (const member of unknownTo(members, before)) tell((observer) => observer.left?.(member))
  }

  function watch(): void {
    stopWatching ??= connection.state.subscribe(() => {
      const state = connection.state.getSnapshot()
      // What comes back has to be told anew.
      if (state !== 'open') upstream.isTold = false
      if (state === 'closed') upstream.hurry()
      throttle.request()
    })
  }

  const consumers = new Consumers(clock, parts.lingerMs, {
    begin() {
      parts.inUse.add(stream)
      // Whoever asks again after a refusal gets another answer than the old one.
      error = null
      watch()
      upstream.start()
      throttle.request()
    },
    rest() {
      upstream.stop()
      throttle.cancel()
      stopWatching?.()
      stopWatching = null
      // Who comes back later is not told of what happened meanwhile as if it happened then.
      told = null
      view.set(render())
      parts.inUse.delete(stream)
    },
  })

  const stream: PresenceStream = {
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
    subscribe(observer) {
      const entry = { observer }
      const release = consumers.use()
      observers.add(entry)
      const failure = error
      if (failure) callSafely(() => observer.error?.(failure))
      return {
        unsubscribe() {
          observers.delete(entry)
          release()
        },
      }
    },
  }
  return stream
}

/** The members of `some` whose users are not among `known`. */
function unknownTo(known: readonly PresenceMember[], some: readonly PresenceMember[]): PresenceMember[] {
  const ids = new Set(known.map(({ userId }) => userId))
  return some.filter(({ userId }) => !ids.has(userId))
}
