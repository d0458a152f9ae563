import { TelltaleError } from '@telltale/contract/wire'
import { defaultBackoff } from '../lib/backoff.ts'
import { type Clock, systemClock } from '../lib/clock.ts'
import { type Connection, createConnection } from './connection.ts'
import type { WebSocketClass } from './socket.ts'
import type { TransportMode } from './transport-choice.ts'

/** How a server is reached; the same for those who read and those who produce. */
export interface ConnectionSettings {
  /** Where the server is: `ws://…/trpc` or `wss://…/trpc`. */
  url: string
  /**
   * Fetched before every connect, and again before it ends, where it is a JWT that says when: the connection stays open. Sent
   * as the first message, never in the URL.
   */
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
  /** Most queries and mutations that wait for an answer; more are refused with `OVERLOADED`. @default 100 */
  pendingMax?: number
  /** How long the first try to come back waits at most, and any later one, in milliseconds. @default 500 and 20_000 */
  backoff?: { baseMs?: number; maxMs?: number }
  /** Time, for tests. */
  clock?: Clock
  /** Chance, for tests: a number from 0 up to, not including, 1. */
  random?: () => number
}

/** Builds the connection; nothing is opened yet. Throws `INVALID_OPTION`. */
export function createConnectionOf(settings: ConnectionSettings, lingerMs?: number): Connection {
  const WebSocket = settings.WebSocket ?? globalThis.WebSocket
  if (!WebSocket)
    throw new TelltaleError('INVALID_OPTION', 'this runtime has no WebSocket: pass one as the option WebSocket')
  mustBePositive(settings, ['connectTimeoutMs', 'requestTimeoutMs', 'pendingMax'])
  return createConnection({
    url: settings.url,
    token: settings.token,
    transport: settings.transport ?? 'auto',
    WebSocket,
    // Called as a function of its own: browsers refuse it as anybody's method.
    fetch: settings.fetch ?? ((...args) => globalThis.fetch(...args)),
    clock: settings.clock ?? systemClock,
    random: settings.random ?? Math.random,
    prefix: settings.prefix ?? '',
    backoff: { ...defaultBackoff, ...settings.backoff },
    connectTimeoutMs: settings.connectTimeoutMs ?? 10_000,
    requestTimeoutMs: settings.requestTimeoutMs ?? 10_000,
    pendingMax: settings.pendingMax ?? 100,
    lingerMs,
  })
}

/** Throws `INVALID_OPTION` for a limit that is given and not positive. */
export function mustBePositive<TName extends string>(
  limits: { readonly [name in TName]?: number | undefined },
  names: readonly TName[],
): void {
  for (const name of names) {
    const value = limits[name]
    if (value === undefined || value > 0) continue
    throw new TelltaleError('INVALID_OPTION', `${name} must be positive, not ${value}`)
  }
}
