import type { Clock } from '../lib/clock.ts'
import { EventStreamSocket } from './event-stream-socket.ts'
import { type WatchedSocket, type WebSocketClass, watchSocket } from './socket.ts'
import type { TransportChoice, TransportName } from './transport-choice.ts'

/** What sockets are made of, whatever they go by. */
export interface SocketParts {
  readonly WebSocket: WebSocketClass
  readonly fetch: typeof fetch
  readonly token: () => Promise<string | null>
  readonly latestToken: () => string | null
  readonly clock: Clock
  readonly connectTimeoutMs: number
  readonly onRefused: (code: string) => void
  /** The credentials of a connection that was open have ended. */
  readonly onEnded: () => void
  readonly sockets: Set<WatchedSocket>
}

/** A WebSocket that hangs is given up sooner while it is not known whether any get through, in milliseconds. */
const tryTimeoutMs = 4_000

/** The class that tRPC's client makes its sockets of: each goes by what is to be tried then. */
export function createSocketClass(choice: TransportChoice, parts: SocketParts): WebSocketClass {
  const { fetch, token, latestToken, clock, connectTimeoutMs, onRefused, sockets } = parts
  const watch = (name: TransportName) => ({
    clock,
    onRefused,
    onProven: () => choice.proven(name),
    onLost: (wasProven: boolean, retryAfterMs?: number) => choice.ended(name, wasProven, retryAfterMs),
  })
  const WebSocket = watchSocket(parts.WebSocket, {
    ...watch('websocket'),
    sockets,
    connectTimeoutMs: () => (choice.isTrying ? Math.min(connectTimeoutMs, tryTimeoutMs) : connectTimeoutMs),
  })
  return new Proxy(WebSocket, {
    construct: (Socket, [url, protocols]: [string, string | undefined]) =>
      choice.next === 'sse'
        ? new EventStreamSocket(url, {
            ...watch('sse'),
            admits: () => choice.admitsEvents(),
            fetch,
            token,
            latestToken,
            onEnded: parts.onEnded,
            connectTimeoutMs,
          })
        : new Socket(url, protocols),
  })
}
