import { type From, isFrame, type Priority, type TelltaleError } from '@telltale/contract/wire'
import type { Connection } from '../connection/connection.ts'
import { type BackoffLimits, fullJitter } from '../lib/backoff.ts'
import type { Clock } from '../lib/clock.ts'
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

/**
 * Keeps one subscription at the server alive. tRPC resumes it when the connection drops; what ends it beyond that, a
 * chain that does not fit or a refusal that may pass, is opened again here, at the position we have.
 */
export class Upstream {
  readonly #request: StreamRequest
  readonly #parts: UpstreamParts
  readonly #sink: UpstreamSink
  #state: StreamState = initialStreamState
  #stop: (() => void) | null = null
  #cancelRetry: (() => void) | null = null
  #attempt = 0
  #isReady = false

  constructor(request: StreamRequest, parts: UpstreamParts, sink: UpstreamSink) {
    this.#request = request
    this.#parts = parts
    this.#sink = sink
  }

  get state(): StreamState {
    return this.#state
  }

  /** Whether the server has us as a reader, and has said where it goes on. */
  get isSubscribed(): boolean {
    return this.#stop !== null && this.#isReady
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
    if (this.#stop || this.#cancelRetry) return
    this.#isReady = false
    const { position } = this.#state
    const input = position === null ? this.#request : { ...this.#request, from: { after: position } }
    this.#stop = this.#parts.connection.subscribe('status.subscribe', withoutUndefined(input), {
      frame: (id, frame) => this.#take(id, frame),
      ended: (error) => this.#ended(error),
    })
  }

  /** Stops the subscription; the position stays. */
  stop(): void {
    this.#stop?.()
    this.#stop = null
    this.#cancelRetry?.()
    this.#cancelRetry = null
  }

  #take(id: string, frame: unknown): void {
    const reduction = reduceStream(this.#state, id, frame)
    this.#state = reduction.state
    if (reduction.verdict === 'accepted') {
      const serverTime = serverTimeOf(frame)
      if (serverTime !== null) this.#isReady = true
      // Only what moves on proves that it works: a server may say ready again and again.
      else this.#attempt = 0
      this.#sink.accepted(reduction.state, reduction.updates, reduction.gap, serverTime)
    } else if (reduction.verdict === 'broken') {
      this.stop()
      this.#retry(0)
    }
  }

  #ended(error: TelltaleError | null): void {
    this.#stop = null
    if (error && !error.retryable) this.#sink.failed(error)
    else this.#retry(error?.retryAfterMs ?? 0)
  }

  #retry(atLeastMs: number): void {
    const delayMs = Math.max(atLeastMs, fullJitter(this.#attempt++, this.#parts.random, this.#parts.backoff))
    this.#cancelRetry = this.#parts.clock.after(delayMs, () => {
      this.#cancelRetry = null
      this.start()
    })
    this.#sink.waiting()
  }
}

function withoutUndefined(request: StreamRequest): object {
  return Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined))
}

/** The server's time in a `ready` frame; `null` for any other frame. */
function serverTimeOf(frame: unknown): string | null {
  return isFrame(frame) && frame.type === 'ready' ? String(frame.serverTime) : null
}
