import type { CloseReason } from './close-codes.ts'

/** What messages go out by: a WebSocket, or a response that stays open. What is sent after it began to close is dropped. */
export interface Wire {
  readonly isOpen: boolean
  readonly transport: 'websocket' | 'sse'
  /** Encoded bytes that wait in this process. */
  readonly waitingBytes: number
  /** Whether the peer answers pings, and so is found dead by its silence. */
  readonly isAnswering: boolean
  /** How its messages stand in the stream of bytes. */
  readonly framing: Framing
  /** Sends a whole message; `taken` is called when the operating system has it. */
  send(text: string, taken: () => void): void
  /**
   * Sends a message that {@link Framing} made, whole or in two parts, without copying it. Answers true when the operating
   * system has it already; otherwise `taken` is called then.
   */
  sendBytes(message: Buffer, rest: Buffer | null, taken: () => void): boolean
  ping(): void
  /** Says goodbye. */
  close(reason: CloseReason): void
  /** Hangs up. */
  terminate(): void
}

/** How messages stand in a stream of bytes: the same for all wires of a kind. */
export interface Framing {
  /** A message whose payload begins with `text`, and of which `restLength` more bytes follow. */
  beginningOf(text: string, restLength: number): Buffer
  /** What stands behind every message. */
  readonly ending: string
}
