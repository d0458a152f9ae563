import { TelltaleError } from '@telltale/contract'
import type { Action, Identity } from '../seams/access.ts'
import type { Admit } from '../seams/permit.ts'
import { type Session, sessionOf, withSession } from '../seams/session.ts'
import { type GuardedAccess, isExpired } from '../transport/guarded-access.ts'
import { notFound } from '../transport/permits.ts'

/** Who calls a procedure, and whether our own transport is under the call. */
export interface Caller {
  readonly identity: Identity
  readonly session: Session | null
}

/** How a call over somebody else's adapter is known. */
export interface ForeignTransport {
  /** Who it is, from the app's own tRPC context; `null` when it is nobody. */
  readonly identity: ((context: unknown) => Identity | null) | undefined
  /** Whether subscriptions may run without our limits and without the gate. */
  readonly unsafeTransport: boolean
  /** The time, in milliseconds since 1970. */
  readonly now: () => number
}

/** Finds out who calls: from our session, or by the app's own hook. */
export function resolveCaller(context: unknown, foreign: ForeignTransport): Caller {
  const session = sessionOf(context)
  // Connections of ours are closed when their credentials end; of all others nobody else finds out.
  if (session?.renewal) return { identity: session.identity, session }
  const identity = session?.identity ?? foreign.identity?.(context)
  if (!identity) throw new TelltaleError('UNAUTHORIZED', 'nobody is signed in')
  if (isExpired(identity, foreign.now())) throw new TelltaleError('UNAUTHORIZED', 'the credentials have ended')
  return { identity, session }
}

/** Throws unless the caller may do this. A denial reads the same as a conversation that does not exist. */
export async function requireAccess(
  access: GuardedAccess,
  caller: Caller,
  action: Action,
  conversationId: string,
): Promise<void> {
  if (!(await access.authorize(caller.identity, action, conversationId))) throw notFound()
}

/** The same, for what goes on: the answer issues the permit, which can be taken back. */
export async function requireAdmission(
  access: GuardedAccess,
  { identity, session }: Caller,
  action: Action,
  conversationId: string,
): Promise<Admit> {
  const admit = await access.admit(session ?? { identity }, action, conversationId)
  if (!admit) throw notFound()
  return admit
}

/** Throws when a subscription is asked for over somebody else's adapter, and nobody said that it may be. */
export function requireTransport(caller: Caller, foreign: ForeignTransport, procedure: string): void {
  if (caller.session || foreign.unsafeTransport) return
  throw new TelltaleError(
    'UNSAFE_TRANSPORT',
    `${procedure} needs telltale.attach() or telltale.listen() under it, or unsafeTransport: true`,
  )
}

/** The session of every caller in this process. */
export const inProcessId = 'in-process'

/** The context of a caller in this process. */
export function inProcessContext(identity: Identity): object {
  const { signal } = new AbortController()
  const session: Session = { id: inProcessId, identity, gate: null, transport: null, signal }
  return withSession({}, session)
}
