import type { IncomingMessage } from 'node:http'
import type { WebSocket } from 'ws'
import type { SocketSession } from './session.ts'

/** A connection that has been let in. */
export interface Connection {
  readonly session: SocketSession
  readonly socket: WebSocket
  readonly request: IncomingMessage
  /** What the client sent first, when it said it would. */
  readonly connectionParams: Record<string, string> | null
}
