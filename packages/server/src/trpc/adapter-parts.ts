import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AnyTRPCRouter } from '@trpc/server'
import type { TRPCRequestInfo } from '@trpc/server/http'
import type { WebSocket } from 'ws'
import type { Emit } from '../telemetry/events.ts'
import type { ConnectionLimits } from '../transport/limits.ts'

/** What an app's `createContext` is given; called once for each connection, after it has authenticated. */
export interface CreateContextOptions {
  readonly req: IncomingMessage
  /** The socket; the response where the call came over plain HTTP. */
  readonly res: WebSocket | ServerResponse
  /** As tRPC's own adapter gives it: of a connection, not of a call. */
  readonly info: Readonly<TRPCRequestInfo>
}

/** What an adapter is made of. */
export interface AdapterParts {
  readonly router: AnyTRPCRouter
  readonly createContext: ((options: CreateContextOptions) => unknown) | undefined
  readonly limits: ConnectionLimits
  readonly emit: Emit
  /** Whether the router's root is the app's, which may revive what it is sent. */
  readonly isForeign: boolean
  /** Whether somebody has a stream of this name, in whose place another may come although there are enough. */
  readonly hasStream: (userId: string, streamId: string) => boolean
}
