import { TelltaleError } from '@telltale/contract'
import { SmallSet } from '../async/small.ts'
import type { Action, Identity } from '../seams/access.ts'
import type { Permit } from '../seams/permit.ts'
import type { Session } from '../seams/session.ts'

/** What a permit is for. */
export interface Permitted {
  readonly streamId: string
  readonly session: Pick<Session, 'identity' | 'renewal'>
  readonly userId: string
  readonly action: Action
  readonly conversationId: string
}

/** A stream that another one is to stand in for. */
export interface Replacement {
  /** The other one has begun: this one ends. */
  done(): void
  /** The other one did not come about: this one goes on as if nothing had been. */
  undo(): void
}

/** Every permit that is in use, by its user, so that it can be taken back. */
export class Permits {
  readonly #byUser = new Map<string, SmallSet<OpenPermit>>()

  /** Gives leave to somebody who was authorized. */
  issue(permitted: Permitted): Permit {
    const { userId } = permitted
    const ofUser = this.#byUser.get(userId) ?? new SmallSet()
    this.#byUser.set(userId, ofUser)
    const permit = new OpenPermit(this, permitted)
    ofUser.add(permit)
    return permit
  }

  /** A permit is not in use any more. */
  forget(permit: OpenPermit): void {
    const ofUser = this.#byUser.get(permit.userId)
    if (ofUser?.delete(permit) && ofUser.size === 0) this.#byUser.delete(permit.userId)
  }

  /** Takes back everything a user has in a conversation. Answers how many streams that ended. */
  revoke(userId: string, conversationId: string): number {
    const open = this.#of(userId).filter((permit) => permit.conversationId === conversationId)
    for (const permit of open) permit.end(notFound())
    return open.length
  }

  /** Ends everything of a user that has no connection of ours, which would end it by itself. */
  endForeign(userId: string): void {
    for (const permit of this.#of(userId)) {
      if (!permit.session.renewal) permit.end(new TelltaleError('UNAUTHORIZED', 'the credentials have ended'))
    }
  }

  /** Ends everything, without a word. */
  endAll(): void {
    for (const userId of [...this.#byUser.keys()]) for (const permit of this.#of(userId)) permit.end('done')
  }

  /** Whether a stream is a user's, and is there. */
  has(userId: string, streamId: string): boolean {
    return this.#find(userId, streamId) !== undefined
  }

  /** Marks a user's stream as one that is being replaced; `null` when there is none, or another stands in for it already. */
  replace(userId: string, streamId: string): Replacement | null {
    const permit = this.#find(userId, streamId)
    if (!permit || permit.isBeingReplaced) return null
    permit.isBeingReplaced = true
    return {
      done: () => permit.end('done'),
      undo: () => {
        permit.isBeingReplaced = false
      },
    }
  }

  /** Asks again about all that a session has, for its identity is another now. */
  async review(
    session: Pick<Session, 'identity'>,
    mayStill: (identity: Identity, action: Action, conversationId: string) => Promise<boolean>,
  ): Promise<void> {
    const { identity } = session
    const own = this.#of(identity.userId).filter((permit) => permit.session === session)
    await Promise.all(
      own.map(async (permit) => {
        const { action, conversationId } = permit
        if (!(await mayStill(identity, action, conversationId))) permit.end(notFound())
      }),
    )
  }

  #of(userId: string): OpenPermit[] {
    return [...(this.#byUser.get(userId) ?? [])]
  }

  #find(userId: string, streamId: string): OpenPermit | undefined {
    return this.#of(userId).find((permit) => permit.streamId === streamId)
  }
}

/** One object a stream: there are thousands. */
class OpenPermit implements Permit, Permitted {
  readonly streamId: string
  readonly session: Permitted['session']
  readonly userId: string
  readonly action: Action
  readonly conversationId: string
  over: Permit['over'] = null
  onOver: () => void = nobodyWaits
  isBeingReplaced = false
  readonly #permits: Permits

  constructor(permits: Permits, { streamId, session, userId, action, conversationId }: Permitted) {
    this.#permits = permits
    this.streamId = streamId
    this.session = session
    this.userId = userId
    this.action = action
    this.conversationId = conversationId
  }

  end(why: TelltaleError | 'done'): void {
    this.over ??= why
    this.release()
    this.onOver()
  }

  release(): void {
    this.#permits.forget(this)
  }
}

function nobodyWaits(): void {
  // Whoever reads by a permit says how it is woken.
}

/** What a denial says: the same as of a conversation that does not exist. */
export function notFound(): TelltaleError {
  return new TelltaleError('NOT_FOUND', 'no such conversation')
}
