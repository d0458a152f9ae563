import { type Frame, type From, formatTopic, type Priority, TelltaleError } from '@telltale/contract'
import { tracked } from '@trpc/server'
import type { PresenceTracker } from '../core/presence-tracker.ts'
import type { Publisher } from '../publisher/publisher.ts'
import type { Limiter } from '../seams/limiter.ts'
import type { Emit } from '../telemetry/events.ts'
import type { GuardedAccess } from '../transport/guarded-access.ts'
import { isLaneOffered, Lane } from '../transport/lane.ts'
import type { ConnectionLimits } from '../transport/limits.ts'
import type { Replacement } from '../transport/permits.ts'
import { type Caller, type ForeignTransport, requireAdmission, requireTransport } from './context.ts'

/** What was read of a subscription's input. */
export interface SubscribeInput {
  readonly conversationId: string
  readonly categories?: readonly string[] | undefined
  readonly minPriority?: Priority | undefined
  readonly from?: From | undefined
  readonly replaces?: string | undefined
  readonly lastEventId?: string | undefined
}

/** How it was asked for. */
export interface Asked {
  readonly signal: AbortSignal | undefined
  readonly path: string
}

/** What subscriptions are made of. */
export interface SubscribingParts {
  readonly publisher: Publisher
  readonly access: GuardedAccess
  readonly presence: PresenceTracker
  readonly foreign: ForeignTransport
  /** Changes of categories, by user. */
  readonly changes: Limiter
  readonly limits: Pick<ConnectionLimits, 'categoriesMax' | 'changesPerMinute'>
  readonly emit: Emit
}

/** Opens the streams of readers over a connection. */
export function createSubscribing(parts: SubscribingParts) {
  const { publisher, access, presence, foreign, changes, limits, emit } = parts

  /** A stream with other categories instead of one that is there; charged to the user, over all connections. */
  async function change(caller: Caller, replaces: string): Promise<Replacement | null> {
    const { userId } = caller.identity
    // One that is not there any more was lost with its connection: to come back is free.
    if (!access.hasStream(userId, replaces)) return null
    const waitMs = await changes.take(chargedTo(caller))
    if (waitMs > 0) {
      emit('connection.limit', { limit: 'changes', value: limits.changesPerMinute })
      emit('subscription.changed', { outcome: 'refused' })
      const message = `more than ${limits.changesPerMinute} changes of categories in a minute`
      throw new TelltaleError('TOO_MANY_REQUESTS', message, { retryAfterMs: waitMs })
    }
    const replacement = access.replace(userId, replaces)
    emit('subscription.changed', { outcome: replacement ? 'changed' : 'refused' })
    if (replacement) return replacement
    throw new TelltaleError('TOO_MANY_REQUESTS', 'another subscription comes in its place', { retryAfterMs: 1_000 })
  }

  function checkCategories({ categories }: SubscribeInput): void {
    const count = categories?.length ?? 0
    if (count <= limits.categoriesMax) return
    emit('connection.limit', { limit: 'categories', value: count })
    const message = `more than ${limits.categoriesMax} categories in a subscription`
    // No time makes it fewer: nothing is said of when to come back.
    throw new TelltaleError('TOO_MANY_REQUESTS', message)
  }

  return async (caller: Caller, input: SubscribeInput, { signal, path }: Asked) => {
    requireTransport(caller, foreign, 'status.subscribe')
    const { conversationId, categories, minPriority, lastEventId, replaces } = input
    const admit = await requireAdmission(access, caller, 'subscribe', conversationId)
    checkCategories(input)
    const isChange = replaces !== undefined && lastEventId === undefined
    const replaced = isChange ? await change(caller, replaces) : null
    const from = lastEventId === undefined ? input.from : { after: lastEventId }
    const { session } = caller
    const request = { conversationId, categories, minPriority, from, isChange }
    const gate = session?.gate ?? null
    const enter = () => {
      // First it is there, then the other one goes: whoever changes categories does not leave.
      const leave = session ? presence.join(formatTopic('status', conversationId), session) : undefined
      replaced?.done()
      return leave
    }
    const never = (): void => replaced?.undo()
    const pull = () =>
      publisher.read(request, {
        signal: signal ?? session?.signal ?? new AbortController().signal,
        gate,
        enter,
        never,
        admit,
        // Every frame is tracked, whatever it is: one that is not would erase the client's place.
        present: ({ position, frame }) => tracked(position, frame as Frame),
      })
    try {
      if (!isLaneOffered(signal, path)) return pull()
      // Under our adapter the frames go a way of their own; the type is what every other adapter gets.
      const begin = publisher.push(request, { gate, enter, never, admit })
      return new Lane(begin, never) as unknown as ReturnType<typeof pull>
    } catch (error) {
      never()
      throw error
    }
  }
}

/** Nobody's name is everybody's: who has none is counted by address. */
function chargedTo({ identity, session }: Caller): string {
  const address = session?.renewal?.credentials.remoteAddress
  return identity['anonymous'] === true && address !== undefined ? `address ${address}` : `user ${identity.userId}`
}
