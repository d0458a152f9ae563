import { type From, isFrame, type Priority, TelltaleError } from '@telltale/contract/wire'
import type { Connection } from '../connection/connection.ts'
import { type BackoffLimits, fullJitter } from '../lib/backoff.ts'
import type { Clock } from '../lib/clock.ts'
import type { PlaceKeeper } from './places.ts'
import { type AnyUpdate, type Gap, initialStreamState, reduceStream, type StreamState } from './state.ts'

/** What a stream asks the server for. */
export interface StreamRequest {
  readonly conversationId: string
  readonly categories?: readonly string[] | undefined
  readonly minPriority?: Priority | undefined
  readonly from?: From | undefined
}

/** What a stream tells of what comes in. */
export interface UpstreamSink {
  /** @param serverTime what the server said of its time, at a beginning. */
  accepted(state: StreamState, updates: readonly AnyUpdate[], gap: Gap | null, serverTime: string | null): void
  /** It ended, and is asked for again in a while. */
  waiting(): void
  /** It will not come back. */
  failed(error: TelltaleError): void
}

/** What an upstream works with. */
export interface UpstreamParts {
  readonly connection: Connection
  readonly clock: Clock
  readonly random: () => number
  readonly backoff: BackoffLimits
}

/** One subscription at the server. */
interface Subscription {
  stop(): void
}

/** A change of categories that is under way. */
interface Change {
  readonly before: readonly string[] | undefined
  readonly wasOfOthers: boolean
  readonly done: (error: TelltaleError | null) => void
}

/**
 * Keeps one subscription at the server alive. tRPC resumes it when the connection drops; what ends it beyond that, a
 * chain that does not fit or a refusal that may pass, is opened again here, at the position we have. A change of
 * categories is another subscription at that position, which stands in for the one before from its first frame on.
 */
export class Upstream {
  readonly #request: StreamRequest
  readonly #parts: UpstreamParts
  readonly #sink: UpstreamSink
  readonly #places: PlaceKeeper | null
  #state: StreamState = initialStreamState
  /** Of what the server is asked for now; what another one says is not heard. */
  #current: Subscription | null = null
  /** What it stands in for, until it begins. */
  #former: Subscription | null = null
  #categories: readonly string[] | undefined
  #change: Change | null = null
  #streamId: string | null = null
  /** Whether the state is of other categories than those that are asked for. */
  #isOfOthers = false
  #cancelRetry: (() => void) | null = null
  #attempt = 0
  #isReady = false

  constructor(request: StreamRequest, parts: UpstreamParts, sink: UpstreamSink, places: PlaceKeeper | null = null) {
    this.#request = request
    this.#parts = parts
    this.#sink = sink
    this.#places = places
    this.#categories = request.categories
  }

  get state(): StreamState {
    return this.#state
  }

  /** What is asked for; `undefined` is everything. */
  get categories(): readonly string[] | undefined {
    return this.#categories
  }

  /** Whether the server has us as a reader, and has said where it goes on. */
  get isSubscribed(): boolean {
    return this.#current !== null && this.#isReady
  }

  /** The connection is away: what is subscribed will have to say anew where it goes on. */
  interrupt(): void {
    this.#isReady = false
  }

  /** Does not wait any longer to try again: what waiting was for is over. */
  hurry(): void {
    if (!this.#cancelRetry) return
    this.#cancelRetry()
    this.#cancelRetry = null
    this.start()
  }

  /** Opens the subscription, at the position reached before, if any. */
  start(): void {
    if (this.#current || this.#cancelRetry) return
    this.#isReady = false
    if (this.#state.position === null) this.#goOnFrom(this.#places?.read() ?? null)
    this.#current = this.#subscribe()
  }

  /** Stops the subscription; the position stays. */
  stop(): void {
    this.#former?.stop()
    this.#former = null
    this.#current?.stop()
    this.#current = null
    this.#cancelRetry?.()
    this.#cancelRetry = null
    // It is asked for what was wanted last when it begins again.
    this.#settleChange(null)
  }

  /** Asks for other categories from here on. Settles when they are in place; when they are refused, all is as before. */
  change(categories: readonly string[]): Promise<void> {
    if (this.#parts.connection.state.getSnapshot() === 'closed') {
      return Promise.reject(new TelltaleError('DISPOSED', 'the client is closed'))
    }
    const before = this.#categories
    const wasOfOthers = this.#isOfOthers
    this.#categories = categories
    this.#isOfOthers = true
    if (!this.#current && !this.#cancelRetry) return Promise.resolve()
    return new Promise((resolve, reject) => {
      this.#change = { before, wasOfOthers, done: (error) => (error ? reject(error) : resolve()) }
      this.#cancelRetry?.()
      this.#cancelRetry = null
      // From here on what it says is not heard: the other one begins where we are now, and says it again.
      this.#former = this.#current
      this.#current = this.#subscribe()
    })
  }

  #subscribe(): Subscription {
    const { position } = this.#state
    const input = {
      ...this.#request,
      categories: this.#categories,
      ...(position !== null && { from: { after: position } }),
      ...(position !== null && this.#isOfOthers && { replaces: this.#streamId ?? 'none' }),
    }
    let isOver = false
    const stop = this.#parts.connection.subscribe('status.subscribe', withoutUndefined(input), {
      frame: (id, frame) => {
        if (!isOver && this.#current === subscription) this.#take(id, frame)
      },
      ended: (error) => {
        isOver = true
        if (this.#current === subscription) this.#ended(error)
      },
    })
    const subscription: Subscription = {
      stop() {
        isOver = true
        stop()
      },
    }
    return subscription
  }

  #take(id: string, frame: unknown): void {
    const reduction = reduceStream(this.#state, id, frame)
    this.#state = reduction.state
    if (reduction.verdict === 'accepted') {
      const ready = readyIn(frame)
      if (ready) this.#begin(ready.streamId)
      // Only what moves on proves that it works: a server may say ready again and again.
      else this.#attempt = 0
      this.#keepPlace()
      this.#sink.accepted(reduction.state, reduction.updates, reduction.gap, ready?.serverTime ?? null)
      if (ready) this.#settleChange(null)
    } else if (reduction.verdict === 'broken') {
      this.#former?.stop()
      this.#former = null
      this.#current?.stop()
      this.#current = null
      this.#retry(0)
    }
  }

  #begin(streamId: string): void {
    this.#isReady = true
    this.#streamId = streamId
    this.#isOfOthers = false
    this.#former?.stop()
    this.#former = null
  }

  #ended(error: TelltaleError | null): void {
    this.#current = null
    this.#former?.stop()
    this.#former = null
    if (error && this.#change && error.code !== 'DISPOSED') return this.#takeBack(this.#change, error)
    if (error && !mayPass(error)) this.#fail(error)
    else this.#retry(error?.retryAfterMs ?? 0)
  }

  /** The change was refused: what was there before goes on, from where it was left. */
  #takeBack({ before, wasOfOthers }: Change, error: TelltaleError): void {
    this.#categories = before
    this.#isOfOthers = wasOfOthers
    this.#settleChange(error)
    this.start()
  }

  #fail(error: TelltaleError): void {
    this.#settleChange(error)
    this.#sink.failed(error)
  }

  #settleChange(error: TelltaleError | null): void {
    const change = this.#change
    this.#change = null
    change?.done(error)
  }

  #retry(atLeastMs: number): void {
    const delayMs = Math.max(atLeastMs, fullJitter(this.#attempt++, this.#parts.random, this.#parts.backoff))
    this.#cancelRetry = this.#parts.clock.after(delayMs, () => {
      this.#cancelRetry = null
      this.start()
    })
    this.#sink.waiting()
  }

  /** A place that was kept is gone on from with the state there, of which nothing is here. */
  #goOnFrom(kept: string | null): void {
    if (!kept) return
    // What came since was never shown to anybody.
    this.#state = { ...initialStreamState, position: kept, replayedTo: kept }
    this.#isOfOthers = true
  }

  #keepPlace(): void {
    const { position } = this.#state
    if (position !== null) this.#places?.write(position)
  }
}

function withoutUndefined(request: object): object {
  return Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined))
}

/** What a `ready` frame says of itself; `null` for any other frame. */
function readyIn(frame: unknown): { streamId: string; serverTime: string } | null {
  if (!isFrame(frame) || frame.type !== 'ready') return null
  return { streamId: String(frame.streamId), serverTime: String(frame.serverTime) }
}

/** Whether the same may be taken later. Of what is too much in itself a server does not say when. */
function mayPass({ code, retryable, retryAfterMs }: TelltaleError): boolean {
  return retryable && (code !== 'TOO_MANY_REQUESTS' || retryAfterMs !== undefined)
}
