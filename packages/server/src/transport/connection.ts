import type { IncomingMessage, ServerResponse } from 'node:http'
import type { WebSocket } from 'ws'
import type { SocketSession } from './session.ts'

/** A connection that has been let in. */
export interface Connection {
  readonly session: SocketSession
  /** What its answers go out by. */
  readonly response: WebSocket | ServerResponse
  readonly request: IncomingMessage
  /** What the client sent first, when it said it would; over HTTP the token of its `Authorization` header. */
  readonly connectionParams: Record<string, string> | null
  /** Called whenever nothing is asked any more. */
  readonly idle?: () => void
}
