import type { Clock } from '../async/clock.ts'
import { type MaybePromise, withTimeout } from '../async/maybe-promise.ts'
import type { Access, Action, Credentials, Identity } from '../seams/access.ts'
import type { Emit } from '../telemetry/events.ts'

/** The app's access hooks, with their deadline: what throws or hangs denies, and every denial is told once. */
export interface GuardedAccess {
  authenticate(credentials: Credentials): Promise<Identity | null>
  authorize(identity: Identity, action: Action, conversationId: string): Promise<boolean>
}

/** Puts deadline and record around the app's access hooks. */
export function guardAccess(access: Access, parts: { clock: Clock; emit: Emit; timeoutMs: number }): GuardedAccess {
  const { clock, emit, timeoutMs } = parts
  async function ask<T>(question: () => MaybePromise<T>, denied: T, about: Denial): Promise<T> {
    try {
      const answer = await withTimeout(
        (async () => question())(),
        (callback) => clock.after(timeoutMs, callback),
        () => new HookTimeout(),
      )
      if (!answer) emit('access.denied', { ...about, reason: 'refused' })
      return answer || denied
    } catch (error) {
      emit('access.denied', { ...about, reason: error instanceof HookTimeout ? 'timeout' : 'threw' })
      return denied
    }
  }
  return {
    authenticate: (credentials) =>
      ask<Identity | null>(() => access.authenticate(credentials), null, {
        action: 'connect',
        userId: null,
        conversationId: null,
      }),
    authorize: (identity, action, conversationId) =>
      // Only a plain true lets in: a hook that answers with something truthy by accident does not.
      ask(async () => (await access.authorize(identity, action, conversationId)) === true, false, {
        action,
        userId: identity.userId,
        conversationId,
      }),
  }
}

class HookTimeout extends Error {}

interface Denial {
  action: string
  userId: string | null
  conversationId: string | null
}
