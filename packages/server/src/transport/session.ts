import type { Clock } from '../async/clock.ts'
import { SignalledGate } from '../async/gate.ts'
import type { Credentials, Identity } from '../seams/access.ts'
import type { Renewal, Session } from '../seams/session.ts'
import type { CloseReason } from './close-codes.ts'
import type { ConnectionLimits } from './limits.ts'
import type { Framing, Wire } from './wire.ts'

/** In which messages that cannot be read are counted, in milliseconds. */
const malformedWindowMs = 10_000

/** What is done for a connection. */
export interface Work {
  /** Stops everything that goes out by itself, without a word. Answers whether there was anything. */
  park(): boolean
  /** The connection has ended. */
  end(): void
}

/** A connection: its wire, who is behind it, and how much waits to be sent. */
export class SocketSession implements Session {
  readonly id: string
  readonly remoteAddress: string
  readonly gate: SignalledGate
  readonly openedAtMs: number
  identity: Identity
  work: Work | null = null
  /** When the peer was last heard, and when it last took something of what waits for it. */
  heardAtMs: number
  takenAtMs: number
  pingedAtMs: number
  readonly #wire: Wire
  readonly #clock: Clock
  readonly #limits: ConnectionLimits
  readonly #credentials: Renewal['credentials']
  #abort: AbortController | null = null
  #hasEnded = false
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
    const { id, credentials, identity, clock, limits } = parts
    this.id = id
    this.remoteAddress = credentials.remoteAddress
    this.identity = identity
    this.#credentials = credentials
    this.#wire = wire
    this.#limits = limits
    this.#clock = clock
    const now = clock.monotonic()
    this.openedAtMs = now
    this.heardAtMs = now
    this.takenAtMs = now
    this.pingedAtMs = now
    this.gate = new SignalledGate(this, clock)
  }

  get hasRoom(): boolean {
    const { outboundMaxFrames, outboundMaxBytes } = this.#limits
    return this.#waitingFrames < outboundMaxFrames && this.#wire.waitingBytes < outboundMaxBytes
  }

  get renewal(): Renewal {
    const renew = (identity: Identity): void => {
      this.identity = identity
    }
    return { credentials: this.#credentials, renew }
  }

  /** Made for the first who asks: most connections are never asked. */
  get signal(): AbortSignal {
    if (!this.#abort) {
      this.#abort = new AbortController()
      if (this.#hasEnded) this.#abort.abort()
    }
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

  /** How its messages stand in the stream of bytes. */
  get framing(): Framing {
    return this.#wire.framing
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

  /** Sends one message in bytes, as its {@link framing} made it, of which many readers may get the same. */
  sendBytes(message: Buffer, rest: Buffer | null = null): void {
    if (this.isOpen && !this.#wire.sendBytes(message, rest, this.#taken)) this.#count()
  }

  /** Counts a message that could not be read. Answers whether there were too many; then it is closed. */
  malformed(): boolean {
    const now = this.#clock.monotonic()
    if (now - this.#malformedSinceMs > malformedWindowMs) {
      this.#malformedSinceMs = now
      this.#malformedCount = 0
    }
    if (++this.#malformedCount <= this.#limits.malformedMax) return false
    this.close('malformed')
    return true
  }

  ping(): void {
    this.pingedAtMs = this.#clock.monotonic()
    if (this.isOpen) this.#wire.ping()
  }

  /** Stops everything that goes out by itself, without a word. Answers whether there was anything. */
  onPark(): boolean {
    return this.work?.park() ?? false
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
    this.#hasEnded = true
    this.#abort?.abort()
    this.work?.end()
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
