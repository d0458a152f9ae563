import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import type { WebSocket } from 'ws'
import { type CloseReason, closeCodes } from './close-codes.ts'
import { websocketFraming } from './shared-frames.ts'
import type { Wire } from './wire.ts'

const open = 1 // WebSocket.OPEN
const nothing = Buffer.alloc(0)
/** A ping that says nothing, as RFC 6455 (5.5.2) frames it. */
const pingFrame = Buffer.from([0x89, 0])

/** A WebSocket as a wire. */
export function websocketWire(socket: WebSocket, below: Duplex): Wire {
  return new WebsocketWire(socket, below)
}

/**
 * Shared messages and pings go to the stream below the WebSocket beside the package `ws`, without a copy; that is safe because
 * without compression `ws`, too, writes every message at once.
 */
class WebsocketWire implements Wire {
  readonly #socket: WebSocket
  readonly #below: Duplex
  /** What a plain socket could hand on at once does not wait in it afterwards. */
  readonly #isPlain: boolean

  constructor(socket: WebSocket, below: Duplex) {
    this.#socket = socket
    this.#below = below
    this.#isPlain = below instanceof Socket && !(below instanceof TLSSocket)
  }

  get isOpen(): boolean {
    return this.#socket.readyState === open
  }

  get waitingBytes(): number {
    // Without compression the package holds nothing back itself.
    return this.#below.writableLength
  }

  get isAnswering(): boolean {
    return true
  }

  get transport(): 'websocket' {
    return 'websocket'
  }

  get framing() {
    return websocketFraming
  }

  send(text: string, taken: () => void): void {
    this.#socket.send(text, taken)
  }

  sendBytes(message: Buffer, rest: Buffer | null, taken: () => void): boolean {
    const below = this.#below
    // Nobody has to be called for what goes out at once.
    const isQuick = this.#isPlain && below.writableLength === 0
    const whenTaken = isQuick ? undefined : taken
    if (rest === null) below.write(message, whenTaken)
    else {
      below.cork()
      below.write(message)
      below.write(rest, whenTaken)
      below.uncork()
    }
    if (!isQuick) return false
    if (below.writableLength === 0) return true
    below.write(nothing, taken)
    return false
  }

  ping(): void {
    this.#below.write(pingFrame)
  }

  close(reason: CloseReason): void {
    const [code, text] = closeCodes[reason]
    this.#socket.close(code, text)
  }

  terminate(): void {
    this.#socket.terminate()
  }
}
