import type { AnyContract, CategoryOf, Contract, From, Priority } from '@telltale/contract/wire'
import type { ConnectionState } from './connection/connection.ts'
import { type ConnectionSettings, createConnectionOf, mustBePositive } from './connection/settings.ts'
import type { TransportName } from './connection/transport-choice.ts'
import { defaultBackoff } from './lib/backoff.ts'
import { systemClock } from './lib/clock.ts'
import type { ReadableStore } from './lib/store.ts'
import type { PresenceRequest, PresenceStream } from './presence/presence.ts'
import { PresenceRegistry } from './presence/registry.ts'
import { createCalls, type StatusCalls } from './status/calls.ts'
import type { PlaceStore } from './stream/places.ts'
import { StreamRegistry } from './stream/registry.ts'
import type { StatusStream } from './stream/stream.ts'

/** What {@link createTelltaleClient} takes. */
export interface TelltaleClientOptions extends ConnectionSettings {
  /** Stores change at most once in this time, in milliseconds. @default 50 */
  renderIntervalMs?: number
  /** Most updates a stream keeps for showing. @default 200 */
  updatesMax?: number
  /** Most events kept for a consumer who iterates slowly. @default 10_000 */
  eventsMax?: number
  /**
   * Keeps where streams are over a reload of the page, such as {@link sessionPlaces}; for requests without a `from`.
   * @default nothing does
   */
  places?: PlaceStore
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
  /** Who watches a conversation. Asking about the same gives the same one. */
  presence(request: PresenceRequest): PresenceStream
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
  mustBePositive(options, ['updatesMax', 'eventsMax'])
  const clock = options.clock ?? systemClock
  const random = options.random ?? Math.random
  const backoff = { ...defaultBackoff, ...options.backoff }
  const connection = createConnectionOf({ ...options, clock, random })
  const renderIntervalMs = options.renderIntervalMs ?? 50
  const shared = { connection, clock, random, backoff, renderIntervalMs, lingerMs: 1_000 }
  const presences = new PresenceRegistry(shared)
  const streams = new StreamRegistry<TContract>({
    ...shared,
    updatesMax: options.updatesMax ?? 200,
    eventsMax: options.eventsMax ?? 10_000,
    places: options.places && ofServer(options.places, options.url),
  })
  return {
    ...createCalls<TContract>(connection),
    status: (request) => streams.get(request),
    presence: (request) => presences.get(request),
    connection: connection.state,
    transport: connection.transport,
    close: () => connection.close(),
    [Symbol.asyncDispose]: () => connection.close(),
  }
}

/** Places of different servers are apart. */
function ofServer(places: PlaceStore, url: string): PlaceStore {
  return {
    get: (name) => places.get(`${url} ${name}`),
    set: (name, place) => places.set(`${url} ${name}`, place),
  }
}
