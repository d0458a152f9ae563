import type { Gate } from '../async/gate.ts'
import type { Credentials, Identity } from './access.ts'

/** What the procedures see of a connection. Permissions are read from here, for the tRPC context is made only once. */
export interface Session {
  readonly id: string
  readonly identity: Identity
  /** What each frame waits at; `null` for callers in the same process, who pull at their own pace. */
  readonly gate: Gate | null
  /** What it goes by; `null` for callers in the same process. */
  readonly transport: 'websocket' | 'sse' | null
  /** Aborts when the connection ends. */
  readonly signal: AbortSignal
  /** How the identity of an open connection is renewed; absent where each call shows its own credentials. */
  readonly renewal?: Renewal
}

/** Other credentials for a connection that stays open. */
export interface Renewal {
  /** What it connected with, beside the token. */
  readonly credentials: Omit<Credentials, 'token'>
  /** Gives it another identity of the same user. */
  renew(identity: Identity): void
}

/** The key under which our adapter puts the session into the tRPC context, whoever made the context. */
export const sessionKey: unique symbol = Symbol.for('telltale.session')

/** The session in a tRPC context, if our adapter put one there. */
export function sessionOf(context: unknown): Session | null {
  if (typeof context !== 'object' || context === null || !(sessionKey in context)) return null
  return (context as { [sessionKey]: Session })[sessionKey]
}

/**
 * A context with a session in it: a copy, for an app may hand the same object to everybody, and one user's session must not
 * become another's.
 */
export function withSession(context: unknown, session: Session): object {
  const base = typeof context === 'object' && context !== null ? context : {}
  const copy: object = Object.create(Object.getPrototypeOf(base), Object.getOwnPropertyDescriptors(base))
  return Object.assign(copy, { [sessionKey]: session })
}
