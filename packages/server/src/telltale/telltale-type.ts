import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type {
  AnyContract,
  CategoryOf,
  Contract,
  Frame,
  From,
  PresenceMember,
  Priority,
  StatusSnapshot,
  StatusUpdate,
} from '@telltale/contract'
import type { StatusApi } from '@telltale/contract/producer'
import type { AnyTRPCRouter } from '@trpc/server'
import type { Identity } from '../seams/access.ts'
import type { CreateContextOptions } from '../trpc/adapter-parts.ts'
import type { createStatusRouter } from '../trpc/router.ts'

/** The tRPC router of a contract; `Telltale['router']` is what a stock tRPC client is typed by. */
export type StatusRouter<TContract extends AnyContract = Contract> = ReturnType<typeof createStatusRouter<TContract>>

/** The procedures as functions, for producers in this process. */
export type StatusCaller<TContract extends AnyContract = Contract> = ReturnType<StatusRouter<TContract>['createCaller']>

/** A frame as readers in this process get it. */
export type ServerFrame<
  TContract extends AnyContract = Contract,
  TCategory extends CategoryOf<TContract> = CategoryOf<TContract>,
> = Frame<StatusUpdate<TContract, TCategory>, StatusSnapshot<TContract, TCategory>> & {
  /** What the reader is complete to after this frame; resume with `from: { after: position }`. */
  readonly position: string
}

/** What a reader in this process asks for. */
export interface SubscribeRequest<TContract extends AnyContract, TCategory extends CategoryOf<TContract>> {
  readonly conversationId: string
  /** @default all */
  readonly categories?: readonly TCategory[]
  /** @default 'low' */
  readonly minPriority?: Priority
  /** @default 'snapshot' */
  readonly from?: From
  /** Ends the stream. */
  readonly signal?: AbortSignal
}

/** What `attach` takes. */
export interface AttachOptions {
  /** The app's own router, with `telltale.router` somewhere in it. @default `telltale.router` */
  readonly router?: AnyTRPCRouter
  /** Makes the app's tRPC context, once a connection. */
  readonly createContext?: (options: CreateContextOptions) => unknown
  /** @default '/trpc' */
  readonly path?: string
}

/** What `listen` takes. */
export interface ListenOptions {
  /** 0 takes a free one. @default 4000 */
  readonly port?: number
  /** @default every address of the machine; loopback when there is no `access` */
  readonly host?: string
  /** @default '/trpc' */
  readonly path?: string
  /** Answers HTTP requests outside of the path. @default 404 */
  readonly onRequest?: (request: IncomingMessage, response: ServerResponse) => void
}

/** A port that is open. */
export interface Listening {
  readonly port: number
  /** Where clients connect: `ws://…/trpc`. */
  readonly url: string
  readonly server: Server
}

/** How much is going on right now. */
export interface TelltaleSize {
  readonly queued: number
  /** Spans that were started here, or over the network, and have not ended. */
  readonly openSpans: number
  readonly connections: number
  readonly topics: number
  readonly readers: number
}

/** A server of status streams. */
export interface Telltale<TContract extends AnyContract = Contract> {
  readonly contract: TContract
  /** The producers' face: fire and forget, from anywhere. */
  readonly status: StatusApi<TContract>
  /** Our procedures, to be hosted by `listen`, or put into the app's own router. */
  readonly router: StatusRouter<TContract>
  /** The procedures as functions, in the name of somebody. Errors are TRPCErrors with a TelltaleError as `cause`. */
  createCaller(identity: Identity): StatusCaller<TContract>
  /** A conversation's frames as an async iterable; ends with `break` or the signal. */
  subscribe<TCategory extends CategoryOf<TContract> = CategoryOf<TContract>>(
    request: SubscribeRequest<TContract, TCategory>,
  ): AsyncIterable<ServerFrame<TContract, TCategory>>
  /**
   * Who watches a conversation over a socket right now, one member a user and one meta a connection, in the order of the
   * user ids. Throws `INVALID_INPUT` for what cannot be a conversation's id.
   *
   * @example
   * ```ts
   * const isAnybodyThere = telltale.presence('conversation-1').length > 0
   * ```
   */
  presence(conversationId: string): readonly PresenceMember[]
  /**
   * Ends every connection of a user within 2 seconds, and refuses the tokens it was given so far. Its client may come back
   * with another one, if the app gives it one. Answers how many connections there were. What was taken back is remembered for
   * 14 days, in this process.
   *
   * @example
   * ```ts
   * telltale.disconnect({ userId: 'ada' })
   * ```
   */
  disconnect(user: { readonly userId: string }): { readonly connections: number }
  /**
   * Ends what a user reads of a conversation within 2 seconds, as if the conversation did not exist, and refuses what tokens
   * issued before now say of it. Without tokens `authorize` decides: change what it says first. Spans that the user has open
   * there are told as lost, for nothing more can be said of them. Answers how many streams there were. It is remembered for 14
   * days, in this process. Throws `INVALID_INPUT` for an id that no conversation can have.
   *
   * @example
   * ```ts
   * await members.remove('ada', 'conversation-1')
   * telltale.revoke({ userId: 'ada', conversationId: 'conversation-1' })
   * ```
   */
  revoke(access: { readonly userId: string; readonly conversationId: string }): { readonly streams: number }
  /**
   * Serves WebSockets, and tRPC over plain HTTP with server-sent events, on an HTTP server of the app. Requests below the
   * path are ours; all others go to those who listen to the server's requests.
   */
  attach(server: Server, options?: AttachOptions): { detach(): void }
  /** Opens a port. Throws `INVALID_OPTION` for an address others can reach when there is no `access`. */
  listen(options?: ListenOptions): Promise<Listening>
  /** Settles when everything said so far was accepted or refused. */
  flush(): Promise<void>
  size(): TelltaleSize
  /** Takes nothing new, hands on what was said, says goodbye and releases all. Again does nothing. */
  close(options?: { drainMs?: number }): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
