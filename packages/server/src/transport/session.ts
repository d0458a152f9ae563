import type { Clock } from '../async/clock.ts'
import { SignalledGate } from '../async/gate.ts'
import type { Credentials, Identity } from '../seams/access.ts'
import type { Renewal, Session } from '../seams/session.ts'
import type { CloseReason } from './close-codes.ts'
import type { ConnectionLimits } from './limits.ts'
import type { Wire } from './wire.ts'

/** In which messages that cannot be read are counted, in milliseconds. */
const malformedWindowMs = 10_000

/** A connection: its wire, who is behind it, and how much waits to be sent. */
export class SocketSession implements Session {
  readonly id: string
  readonly remoteAddress: string
  readonly gate: SignalledGate
  readonly openedAtMs: number
  readonly renewal: Renewal
  identity: Identity
  /** Stops everything that goes out by itself, without a word. Answers whether there was anything. */
  onPark: () => boolean = () => false
  /** When the peer was last heard, and when it last took something of what waits for it. */
  heardAtMs: number
  takenAtMs: number
  pingedAtMs: number
  readonly #wire: Wire
  readonly #clock: Clock
  readonly #abort = new AbortController()
  readonly #malformedMax: number
  #waitingFrames = 0
  #malformedSinceMs = Number.NEGATIVE_INFINITY
  #malformedCount = 0

  constructor(
    wire: Wire,
    parts: {
      id: string
      credentials: Omit<Credentials, 'token'>
      identity: Identity
      clock: Clock
      limits: ConnectionLimits
    },
  ) {
    const { limits } = parts
    this.id = parts.id
    this.remoteAddress = parts.credentials.remoteAddress
    this.identity = parts.identity
    this.renewal = {
      credentials: parts.credentials,
      renew: (identity) => {
        this.identity = identity
      },
    }
    this.#wire = wire
    this.#malformedMax = limits.malformedMax
    this.#clock = parts.clock
    const now = parts.clock.monotonic()
    this.openedAtMs = now
    this.heardAtMs = now
    this.takenAtMs = now
    this.pingedAtMs = now
    this.gate = new SignalledGate(
      () => this.#waitingFrames < limits.outboundMaxFrames && wire.waitingBytes < limits.outboundMaxBytes,
      (callback) => void parts.clock.soon(callback),
    )
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  get isOpen(): boolean {
    return this.#wire.isOpen
  }

  get transport(): Wire['transport'] {
    return this.#wire.transport
  }

  get isAnswering(): boolean {
    return this.#wire.isAnswering
  }

  /** How a message begins whose end is the same for many readers. */
  get encodeHead(): Wire['encodeHead'] {
    return this.#wire.encodeHead
  }

  /** Frames that were sent and that the operating system has not taken yet. */
  get waitingFrames(): number {
    return this.#waitingFrames
  }

  /** Sends one message; after the wire began to close it is dropped. */
  send(text: string): void {
    if (!this.isOpen) return
    this.#count()
    this.#wire.send(text, this.#taken)
  }

  /** Sends one message that {@link encodeHead} began and whose end is the same bytes for many readers. */
  sendShared(head: Buffer, shared: Buffer): void {
    if (!this.isOpen) return
    this.#count()
    this.#wire.sendShared(head, shared, this.#taken)
  }

  /** Counts a message that could not be read. Answers whether there were too many; then it is closed. */
  malformed(): boolean {
    const now = this.#clock.monotonic()
    if (now - this.#malformedSinceMs > malformedWindowMs) {
      this.#malformedSinceMs = now
      this.#malformedCount = 0
    }
    if (++this.#malformedCount <= this.#malformedMax) return false
    this.close('malformed')
    return true
  }

  ping(): void {
    this.pingedAtMs = this.#clock.monotonic()
    if (this.isOpen) this.#wire.ping()
  }

  /**
   * Moves the peer to another connection: nothing goes out by itself any more, and then it is asked to connect anew. One that
   * has nothing to take along is not asked, for it might as well stay away.
   */
  park(): void {
    const hasSomething = this.onPark()
    if (hasSomething && this.isAnswering) this.send('{"id":null,"method":"reconnect"}')
  }

  /** Says goodbye with a reason, and hangs up when the peer does not answer. */
  close(reason: CloseReason): void {
    this.#wire.close(reason)
  }

  /** Hangs up. */
  terminate(): void {
    this.#wire.terminate()
  }

  /** To be called when the wire is gone: ends everything that was done for it. */
  end(): void {
    this.#abort.abort()
    this.gate.open()
  }

  #count(): void {
    if (this.#waitingFrames++ === 0) this.takenAtMs = this.#clock.monotonic()
  }

  readonly #taken = (): void => {
    this.#waitingFrames--
    this.takenAtMs = this.#clock.monotonic()
    this.gate.release()
  }
}
