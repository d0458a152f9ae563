import type { Clock } from '../async/clock.ts'
import { type MaybePromise, withTimeout } from '../async/maybe-promise.ts'
import type { Access, Action, Credentials, Identity } from '../seams/access.ts'
import type { Admit } from '../seams/permit.ts'
import type { Session } from '../seams/session.ts'
import type { Emit, TelemetryEvents } from '../telemetry/events.ts'
import { notFound, Permits, type Replacement } from './permits.ts'
import { Revocations } from './revocations.ts'

type Denial = Omit<TelemetryEvents['access.denied'], 'reason'>

/** What guarded access is made of. */
export interface GuardedAccessParts {
  readonly clock: Clock
  readonly emit: Emit
  /** How long each hook may take, in milliseconds. */
  readonly timeoutMs: number
  /** Most revocations that are remembered. */
  readonly revocationsMax: number
}

/**
 * The app's access hooks, with their deadline: what throws or hangs denies, and every denial is told once. What was let in
 * can be taken back.
 */
export class GuardedAccess {
  readonly #access: Access
  readonly #parts: GuardedAccessParts
  readonly #permits = new Permits()
  readonly #revocations: Revocations

  constructor(access: Access, parts: GuardedAccessParts) {
    this.#access = access
    this.#parts = parts
    this.#revocations = new Revocations({
      limit: parts.revocationsMax,
      now: () => parts.clock.now(),
      onForgotten: () => parts.emit('access.limit', { limit: 'revocations', value: parts.revocationsMax }),
    })
  }

  /** Who this is; `null` for nobody, `unknown` when it cannot be found out now. */
  async authenticate(credentials: Credentials): Promise<Identity | 'unknown' | null> {
    const about = { action: 'connect', userId: null, conversationId: null }
    const since = this.#revocations.count
    const identity = await this.#ask<Identity | 'unknown' | null>(
      () => this.#access.authenticate(credentials),
      { refused: null, failed: 'unknown' },
      about,
    )
    if (!identity || identity === 'unknown') return identity
    if (!isIdentity(identity)) return this.#deny(about, 'refused', null)
    if (isExpired(identity, this.#parts.clock.now())) return this.#deny(about, 'expired', null)
    if (this.#revocations.covers(identity, null, since)) return this.#deny(about, 'revoked', null)
    return identity
  }

  /** Whether somebody may do something in a conversation, now. */
  async authorize(identity: Identity, action: Action, conversationId: string): Promise<boolean> {
    const about = { action, userId: identity.userId, conversationId }
    const since = this.#revocations.count
    // Only a plain true lets in: a hook that answers with something truthy by accident does not.
    const may = await this.#ask(
      async () => (await this.#access.authorize(identity, action, conversationId)) === true,
      { refused: false, failed: false },
      about,
    )
    if (!may) return false
    return this.#revocations.covers(identity, conversationId, since) ? this.#deny(about, 'revoked', false) : true
  }

  /** The same, for what goes on: leave that can be taken back. `null` when there is none. */
  async admit(
    session: Pick<Session, 'identity' | 'renewal'>,
    action: Action,
    conversationId: string,
  ): Promise<Admit | null> {
    const since = this.#revocations.count
    let { identity } = session
    if (!(await this.authorize(identity, action, conversationId))) return null
    while (session.identity !== identity) {
      // It was given other credentials meanwhile, which may say otherwise.
      identity = session.identity
      if (!(await this.authorize(identity, action, conversationId))) return null
    }
    const { userId } = identity
    return (streamId) => {
      if (this.#revocations.covers(identity, conversationId, since)) throw notFound()
      const permit = this.#permits.issue({ streamId, session, userId, action, conversationId })
      // The session has other credentials than those that were asked about.
      if (session.identity !== identity) void this.review(session)
      return permit
    }
  }

  /** A user's stream that another is to stand in for; `null` when it is not there. */
  replace(userId: string, streamId: string): Replacement | null {
    return this.#permits.replace(userId, streamId)
  }

  /** Whether a user has such a stream. */
  hasStream(userId: string, streamId: string): boolean {
    return this.#permits.has(userId, streamId)
  }

  /** Somebody has other credentials now: what they do not allow any more ends. */
  review(session: Pick<Session, 'identity'>): Promise<void> {
    return this.#permits.review(session, (identity, action, id) => this.authorize(identity, action, id))
  }

  /** Takes back what a user may do in a conversation. Answers how many open streams that ended. */
  revoke(userId: string, conversationId: string): number {
    this.#revocations.add(userId, conversationId)
    const streams = this.#permits.revoke(userId, conversationId)
    this.#parts.emit('access.revoked', { streams, connections: 0 })
    return streams
  }

  /** Takes back every token a user was given so far; connections of ours are their keeper's to end. */
  revokeAll(userId: string): void {
    this.#revocations.add(userId, null)
    this.#permits.endForeign(userId)
  }

  /** Ends everything that was let in. */
  close(): void {
    this.#permits.endAll()
  }

  async #ask<T>(
    question: () => MaybePromise<T>,
    denied: { readonly refused: T; readonly failed: T },
    about: Denial,
  ): Promise<T> {
    const { clock, emit, timeoutMs } = this.#parts
    try {
      const answer = await withTimeout(
        (async () => question())(),
        (callback) => clock.after(timeoutMs, callback),
        () => new HookTimeout(),
      )
      if (!answer) emit('access.denied', { ...about, reason: 'refused' })
      return answer || denied.refused
    } catch (error) {
      emit('access.denied', { ...about, reason: error instanceof HookTimeout ? 'timeout' : 'threw' })
      return denied.failed
    }
  }

  #deny<T>(about: Denial, reason: 'refused' | 'expired' | 'revoked', denied: T): T {
    this.#parts.emit('access.denied', { ...about, reason })
    return denied
  }
}

/** Whether an app's hook answered with what it was asked for: what is none could neither be counted nor taken back. */
function isIdentity({ userId, expiresAt, issuedAt }: Identity): boolean {
  const isTime = (time: unknown): boolean => time === undefined || (typeof time === 'number' && !Number.isNaN(time))
  return typeof userId === 'string' && userId !== '' && isTime(expiresAt) && isTime(issuedAt)
}

/** Whether somebody's credentials have ended. */
export function isExpired({ expiresAt }: Identity, now: number): boolean {
  return expiresAt !== undefined && now >= expiresAt
}

class HookTimeout extends Error {}
