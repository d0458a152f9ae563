import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { Clock } from '../async/clock.ts'
import { SignalledGate } from '../async/gate.ts'
import type { Identity } from '../seams/access.ts'
import type { Session } from '../seams/session.ts'
import { type CloseReason, closeCodes } from './close-codes.ts'
import type { ConnectionLimits } from './limits.ts'

const open = 1 // WebSocket.OPEN

/** A connection: its socket, who is behind it, and how much waits to be sent. */
export class SocketSession implements Session {
  readonly id: string
  readonly remoteAddress: string
  readonly gate: SignalledGate
  readonly openedAtMs: number
  identity: Identity
  /** When the peer was last heard, and when it last took something of what waits for it. */
  heardAtMs: number
  takenAtMs: number
  pingedAtMs: number
  readonly #socket: WebSocket
  /** What the socket writes to. */
  readonly #wire: Duplex
  readonly #clock: Clock
  readonly #abort = new AbortController()
  #waitingFrames = 0

  constructor(
    socket: WebSocket,
    parts: {
      id: string
      wire: Duplex
      remoteAddress: string
      identity: Identity
      clock: Clock
      limits: ConnectionLimits
    },
  ) {
    const { limits } = parts
    this.id = parts.id
    this.remoteAddress = parts.remoteAddress
    this.identity = parts.identity
    this.#socket = socket
    this.#wire = parts.wire
    this.#clock = parts.clock
    const now = parts.clock.monotonic()
    this.openedAtMs = now
    this.heardAtMs = now
    this.takenAtMs = now
    this.pingedAtMs = now
    this.gate = new SignalledGate(
      () => this.#waitingFrames < limits.outboundMaxFrames && socket.bufferedAmount < limits.outboundMaxBytes,
      (callback) => void parts.clock.soon(callback),
    )
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  get isOpen(): boolean {
    return this.#socket.readyState === open
  }

  /** Frames that were sent and that the socket has not taken yet. */
  get waitingFrames(): number {
    return this.#waitingFrames
  }

  /** Sends one message; after the socket began to close it is dropped. */
  send(text: string): void {
    if (!this.isOpen) return
    this.#count()
    this.#socket.send(text, this.#taken)
  }

  /**
   * Sends one message whose end is the same bytes for many readers. They go to the wire beside the package `ws`, as one
   * write and without a copy; that is safe because without compression it, too, writes every message at once.
   */
  sendShared(head: Buffer, shared: Buffer): void {
    if (!this.isOpen) return
    this.#count()
    this.#wire.cork()
    this.#wire.write(head)
    this.#wire.write(shared, this.#taken)
    this.#wire.uncork()
  }

  ping(): void {
    this.pingedAtMs = this.#clock.monotonic()
    if (this.isOpen) this.#socket.ping()
  }

  /** Says goodbye with a reason, and hangs up when the peer does not answer. */
  close(reason: CloseReason): void {
    const [code, text] = closeCodes[reason]
    this.#socket.close(code, text)
  }

  /** Hangs up. */
  terminate(): void {
    this.#socket.terminate()
  }

  /** To be called when the socket is gone: ends everything that was done for it. */
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
