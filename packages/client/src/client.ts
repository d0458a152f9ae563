import {
  type AnyContract,
  type CategoryOf,
  type Contract,
  type From,
  type Priority,
  TelltaleError,
} from '@telltale/contract/wire'
import { type ConnectionState, createConnection } from './connection/connection.ts'
import type { WebSocketClass } from './connection/socket.ts'
import type { TransportMode, TransportName } from './connection/transport-choice.ts'
import { defaultBackoff } from './lib/backoff.ts'
import { type Clock, systemClock } from './lib/clock.ts'
import type { ReadableStore } from './lib/store.ts'
import { createCalls, type StatusCalls } from './status/calls.ts'
import { StreamRegistry } from './stream/registry.ts'
import type { StatusStream } from './stream/stream.ts'

/** What {@link createTelltaleClient} takes. */
export interface TelltaleClientOptions {
  /** Where the server is: `ws://…/trpc` or `wss://…/trpc`. */
  url: string
  /** Fetched before every connect, and sent as the first message, never in the URL. */
  token?: () => string | null | Promise<string | null>
  /**
   * What the connection goes by. `auto` begins with a WebSocket and changes over to server-sent events when none gets
   * through, as behind a proxy that refuses them; both carry the same, with resume. @default 'auto'
   */
  transport?: TransportMode
  /** The WebSocket class, where the runtime has none. @default the global one */
  WebSocket?: WebSocketClass
  /** What server-sent events are fetched by. @default the global one */
  fetch?: typeof fetch
  /** In front of the procedures' names, where the app's router has ours under a name: `'telltale.'`. @default '' */
  prefix?: string
  /** How long a connection may take, in milliseconds. @default 10_000 */
  connectTimeoutMs?: number
  /** How long an answer may take, in milliseconds. @default 10_000 */
  requestTimeoutMs?: number
  /** Stores change at most once in this time, in milliseconds. @default 50 */
  renderIntervalMs?: number
  /** Most updates a stream keeps for showing. @default 200 */
  updatesMax?: number
  /** Most events kept for a consumer who iterates slowly. @default 10_000 */
  eventsMax?: number
  /** How long the first try to come back waits at most, and any later one, in milliseconds. @default 500 and 20_000 */
  backoff?: { baseMs?: number; maxMs?: number }
  /** Time, for tests. */
  clock?: Clock
  /** Chance, for tests: a number from 0 up to, not including, 1. */
  random?: () => number
}

/** What a stream is asked for. */
export interface StatusRequest<TCategory extends string> {
  readonly conversationId: string
  /** @default all that the reader may see */
  readonly categories?: readonly TCategory[]
  /** @default 'low' */
  readonly minPriority?: Priority
  /** @default 'snapshot' */
  readonly from?: From
}

/** A client of one server. */
export interface TelltaleClient<TContract extends AnyContract = Contract> extends StatusCalls<TContract> {
  /** A conversation's stream. Asking for the same gives the same one. */
  status<const TCategory extends CategoryOf<TContract> = CategoryOf<TContract>>(
    request: StatusRequest<TCategory>,
  ): StatusStream<TContract, TCategory>
  readonly connection: ReadableStore<ConnectionState>
  /** What the connection goes by; `null` before anything came through. */
  readonly transport: ReadableStore<TransportName | null>
  /** Ends every stream and the connection. Again does nothing. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Builds a client, typed by the app's contract. It connects when something is first asked of it.
 * Throws `INVALID_OPTION` when the runtime has no WebSocket and none was given, and for limits that are not positive.
 *
 * @example
 * ```ts
 * const client = createTelltaleClient({ url: 'ws://localhost:4000/trpc' })
 * for await (const event of client.status({ conversationId: 'conversation-1' })) {
 *   if (event.type === 'update') console.log(event.update.text)
 * }
 * ```
 */
export function createTelltaleClient<TContract extends AnyContract = Contract>(
  options: TelltaleClientOptions,
): TelltaleClient<TContract> {
  const WebSocket = options.WebSocket ?? globalThis.WebSocket
  if (!WebSocket)
    throw new TelltaleError('INVALID_OPTION', 'this runtime has no WebSocket: pass one as the option WebSocket')
  for (const name of ['connectTimeoutMs', 'requestTimeoutMs', 'updatesMax', 'eventsMax'] as const) {
    const value = options[name]
    if (value === undefined || value > 0) continue
    throw new TelltaleError('INVALID_OPTION', `${name} must be positive, not ${value}`)
  }
  const clock = options.clock ?? systemClock
  const random = options.random ?? Math.random
  const backoff = { ...defaultBackoff, ...options.backoff }
  const connection = createConnection({
    url: options.url,
    token: options.token,
    transport: options.transport ?? 'auto',
    WebSocket,
    // Called as a function of its own: browsers refuse it as anybody's method.
    fetch: options.fetch ?? ((...args) => globalThis.fetch(...args)),
    clock,
    random,
    prefix: options.prefix ?? '',
    backoff,
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    requestTimeoutMs: options.requestTimeoutMs ?? 10_000,
  })
  const streams = new StreamRegistry<TContract>({
    connection,
    clock,
    random,
    backoff,
    renderIntervalMs: options.renderIntervalMs ?? 50,
    updatesMax: options.updatesMax ?? 200,
    eventsMax: options.eventsMax ?? 10_000,
    lingerMs: 1_000,
  })
  return {
    ...createCalls<TContract>(connection),
    status: (request) => streams.get(request),
    connection: connection.state,
    transport: connection.transport,
    close: () => connection.close(),
    [Symbol.asyncDispose]: () => connection.close(),
  }
}
