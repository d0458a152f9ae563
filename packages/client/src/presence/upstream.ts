import { applyPresence, isPresenceFrame, type PresenceMember, type TelltaleError } from '@telltale/contract/wire'
import type { Connection } from '../connection/connection.ts'
import { type BackoffLimits, fullJitter } from '../lib/backoff.ts'
import type { Clock } from '../lib/clock.ts'

/** What an upstream works with. */
export interface PresenceUpstreamParts {
  readonly connection: Connection
  readonly clock: Clock
  readonly random: () => number
  readonly backoff: BackoffLimits
}

/**
 * Keeps one subscription of presence at the server alive. tRPC asks again when the connection drops; what ends it beyond
 * that is asked for again here. Each time the server begins with the whole state.
 */
export class PresenceUpstream {
  members: readonly PresenceMember[] = []
  /** Whether the server has told who is there since the connection was last away. */
  isTold = false
  readonly #conversationId: string
  readonly #parts: PresenceUpstreamParts
  readonly #changed: (error: TelltaleError | null) => void
  /** Names the stream whose state we have: a late frame of the one before it would be of another state. */
  #stream = ''
  #stop: (() => void) | null = null
  #cancelRetry: (() => void) | null = null
  #attempt = 0

  /** @param changed told of everything that changes; with an error it will not come back by itself. */
  constructor(conversationId: string, parts: PresenceUpstreamParts, changed: (error: TelltaleError | null) => void) {
    this.#conversationId = conversationId
    this.#parts = parts
    this.#changed = changed
  }

  /** Does not wait any longer to ask again: what waiting was for is over. */
  hurry(): void {
    if (!this.#cancelRetry) return
    this.#cancelRetry()
    this.#cancelRetry = null
    this.start()
  }

  start(): void {
    if (this.#stop || this.#cancelRetry) return
    this.isTold = false
    this.#stop = this.#parts.connection.subscribe(
      'status.presence',
      { conversationId: this.#conversationId },
      { frame: (id, frame) => this.#take(id, frame), ended: (error) => this.#ended(error) },
    )
  }

  stop(): void {
    this.isTold = false
    this.#stop?.()
    this.#stop = null
    this.#cancelRetry?.()
    this.#cancelRetry = null
  }

  #take(id: string, frame: unknown): void {
    if (!isPresenceFrame(frame)) return
    const [stream = ''] = id.split('.', 1)
    if (frame.type === 'state') this.#stream = stream
    else if (!this.isTold || stream !== this.#stream) return
    else this.#attempt = 0
    this.members = applyPresence(this.members, frame)
    this.isTold = true
    this.#changed(null)
  }

  #ended(error: TelltaleError | null): void {
    this.isTold = false
    this.#stop = null
    if (error && !error.retryable) return this.#changed(error)
    const delayMs = fullJitter(this.#attempt++, this.#parts.random, this.#parts.backoff)
    this.#cancelRetry = this.#parts.clock.after(Math.max(error?.retryAfterMs ?? 0, delayMs), () => {
      this.#cancelRetry = null
      this.start()
    })
    this.#changed(null)
  }
}
