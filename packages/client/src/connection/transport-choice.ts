import type { Clock } from '../lib/clock.ts'
import { type ReadableStore, Store } from '../lib/store.ts'

/** What carries a connection: a WebSocket, or server-sent events where those are blocked. */
export type TransportName = 'websocket' | 'sse'

/** `auto` begins with WebSockets and changes over when they do not get through. */
export type TransportMode = TransportName | 'auto'

/** A dropped event stream that held for so long is followed by another try with WebSockets, in milliseconds. */
const retryWebsocketAfterMs = 60_000
/** A server may ask to be left alone, but not for ever, in milliseconds. */
const putOffMaxMs = 60_000
/** Where WebSockets got through before, it is more likely that the server is away: tries before anything else is tried. */
const triesWhereProven = 3

/**
 * Decides what the next attempt to connect goes by. What failed before anything came through gives way to the other;
 * what worked is kept.
 */
export class TransportChoice {
  readonly #mode: TransportMode
  readonly #clock: Clock
  readonly #current = new Store<TransportName | null>(null)
  #next: TransportName
  #provenAtMs: number | null = null
  #isWebsocketProven = false
  #failures = 0
  /** Whether the server itself was away when WebSockets failed: that says nothing of WebSockets. */
  #isDoubtful = false
  #isVerifying = false
  #notBeforeMs = 0

  constructor(mode: TransportMode, clock: Clock) {
    this.#mode = mode
    this.#clock = clock
    this.#next = mode === 'sse' ? 'sse' : 'websocket'
  }

  /** What the connection goes by; `null` while nothing came through yet. */
  get current(): ReadableStore<TransportName | null> {
    return this.#current
  }

  /** What to try. */
  get next(): TransportName {
    return this.#next
  }

  /** Whether a WebSocket that hangs is better given up soon, for there is something else. */
  get isTrying(): boolean {
    return this.#mode === 'auto' && this.#current.getSnapshot() !== 'websocket'
  }

  /** How long the server asked to be left alone, in milliseconds; 0 when it did not. */
  get putOffMs(): number {
    return Math.max(0, this.#notBeforeMs - this.#clock.now())
  }

  /** Whether the other way is known to be there, so that this one is only to be tried again, without a wait. */
  get isVerifying(): boolean {
    return this.#isVerifying
  }

  /**
   * Whether to go by server-sent events, now that the server answers them. Not yet where it may only have been away when
   * WebSockets failed: those are tried once more, now that it is back.
   */
  admitsEvents(): boolean {
    if (this.#mode !== 'auto') return true
    if (!this.#isDoubtful && this.#current.getSnapshot() !== 'websocket') return true
    this.#isVerifying = true
    this.#next = 'websocket'
    return false
  }

  /** Something came through. */
  proven(name: TransportName): void {
    this.#provenAtMs = this.#clock.now()
    this.#isWebsocketProven ||= name === 'websocket'
    this.#failures = 0
    this.#isDoubtful = false
    this.#isVerifying = false
    this.#next = name
    this.#current.set(name)
  }

  /** An attempt, or a connection, ended without a wish of ours. */
  ended(name: TransportName, wasProven: boolean, retryAfterMs = 0): void {
    if (retryAfterMs > 0) this.#notBeforeMs = this.#clock.now() + Math.min(retryAfterMs, putOffMaxMs)
    if (this.#mode !== 'auto') return
    if (name === 'sse') {
      const heldMs = this.#provenAtMs === null ? 0 : this.#clock.now() - this.#provenAtMs
      if (!wasProven || this.#isWebsocketProven || heldMs >= retryWebsocketAfterMs) this.#next = 'websocket'
      this.#isDoubtful = !wasProven
      this.#failures = 0
    } else if (!wasProven) {
      this.#failures++
      const isBlocked = this.#isVerifying
      if (isBlocked) {
        this.#isVerifying = false
        this.#isDoubtful = false
        this.#current.set(null)
      }
      const tries = this.#current.getSnapshot() === 'websocket' ? triesWhereProven : 1
      if (isBlocked || this.#failures >= tries) this.#next = 'sse'
    }
  }
}
