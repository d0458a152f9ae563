import { TelltaleError } from '@telltale/contract'
import type { Emit } from '../telemetry/events.ts'
import type { GuardedAccess } from '../transport/guarded-access.ts'
import type { Caller } from './context.ts'

/** Outcome of `auth.refresh`. */
export interface Refreshed {
  /** When the new credentials end, ISO 8601; `null` when they do not. */
  readonly expiresAt: string | null
}

/** Gives an open connection other credentials of the same user, so that it need not be closed when the old ones end. */
export function createRefreshing({ access, emit }: { access: GuardedAccess; emit: Emit }) {
  return async ({ identity, session }: Caller, token: string): Promise<Refreshed> => {
    if (!session?.renewal) throw new TelltaleError('INVALID_INPUT', 'there is no open connection to refresh')
    const renewed = await access.authenticate({ ...session.renewal.credentials, token })
    if (renewed === 'unknown') throw new TelltaleError('UNAVAILABLE', 'who it is cannot be found out now')
    // The connection was counted, and is known to others, as that of one user.
    if (renewed?.userId !== identity.userId) {
      emit('access.refreshed', { outcome: 'refused' })
      throw new TelltaleError('UNAUTHORIZED', 'the credentials were refused')
    }
    session.renewal.renew(renewed)
    emit('access.refreshed', { outcome: 'renewed' })
    // What the new ones do not allow ends before anybody is told that all is well.
    await access.review(session)
    return { expiresAt: toIso(renewed.expiresAt) }
  }
}

/** Beyond what a date can say there is no end. */
function toIso(ms: number | undefined): string | null {
  return ms === undefined || Math.abs(ms) > 8.64e15 ? null : new Date(ms).toISOString()
}
