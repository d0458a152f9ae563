import type { CloseReason } from './close-codes.ts'

/** What messages go out by: a WebSocket, or a response that stays open. What is sent after it began to close is dropped. */
export interface Wire {
  readonly isOpen: boolean
  readonly transport: 'websocket' | 'sse'
  /** Encoded bytes that wait in this process. */
  readonly waitingBytes: number
  /** Whether the peer answers pings, and so is found dead by its silence. */
  readonly isAnswering: boolean
  /** The beginning of a message that is followed by `restLength` more bytes, which other readers get too. */
  readonly encodeHead: (text: string, restLength: number) => Buffer
  /** Sends a whole message; `taken` is called when the operating system has it. */
  send(text: string, taken: () => void): void
  /** Sends what `encodeHead` made, and the rest of that message, without copying it. */
  sendShared(head: Buffer, rest: Buffer, taken: () => void): void
  ping(): void
  /** Says goodbye. */
  close(reason: CloseReason): void
  /** Hangs up. */
  terminate(): void
}
