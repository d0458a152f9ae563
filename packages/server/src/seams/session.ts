import type { Gate } from '../async/gate.ts'
import type { Identity } from './access.ts'

/** What the procedures see of a connection. Permissions are read from here, for the tRPC context is made only once. */
export interface Session {
  readonly id: string
  readonly identity: Identity
  /** What each frame waits at; `null` for callers in the same process, who pull at their own pace. */
  readonly gate: Gate | null
  /** Aborts when the connection ends. */
  readonly signal: AbortSignal
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
