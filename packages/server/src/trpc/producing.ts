import { TelltaleError, type UpdateInput } from '@telltale/contract'
import type { z } from 'zod'
import type { Accepted } from '../publisher/accepted.ts'
import type { Producers } from '../publisher/producers.ts'
import type { Publisher } from '../publisher/publisher.ts'
import type { GuardedAccess } from '../transport/guarded-access.ts'
import { type Caller, inProcessId, requireAccess } from './context.ts'
import { firstIssue } from './errors.ts'
import { type ParsedUpdate, shedInput, updateInput } from './inputs.ts'

/** Outcome of `status.publishMany`. */
export interface PublishManyOutcome {
  /** How many were accepted. */
  readonly accepted: number
  readonly rejected: readonly { readonly index: number; readonly code: string; readonly message: string }[]
}

/** Outcome of `status.lease`. */
export interface LeaseOutcome {
  /** False when the producer was given up: its spans are lost, and it has to take another name. */
  readonly isAlive: boolean
  /** How often to renew it while spans are open, in milliseconds. */
  readonly renewMs: number
  /** Names the server: another name knows nothing of what was said to this one. */
  readonly server: string
}

/** One of several things to publish: an update, or what a producer had to shed. */
export type ManyInput<TUpdate = UpdateInput> =
  | TUpdate
  | { readonly conversationId: string; readonly shed: { readonly [category: string]: number }; readonly id?: string }

/** How often a lease is renewed, as a part of the time after which it lapses. */
const renewalsPerLapse = 4

/** What callers of the procedures may say, and in whose name. */
export function createProducing(parts: { publisher: Publisher; producers: Producers; access: GuardedAccess }) {
  const { publisher, producers, access } = parts

  /** Asks once for each conversation, however many updates a call has. */
  function createAdmission(caller: Caller) {
    const asked = new Map<string, Promise<void>>()
    return (conversationId: string): Promise<void> => {
      const known = asked.get(conversationId) ?? requireAccess(access, caller, 'publish', conversationId)
      asked.set(conversationId, known)
      return known
    }
  }

  /** The producer whose lease a span of the caller hangs on; throws when that one was given up. */
  function producerOf({ identity, session }: Caller, named: string | undefined, spanName: string): string | undefined {
    if (named === undefined && session?.id === inProcessId) return undefined
    const isConnected = named === undefined && session !== null && session.id !== ''
    // Where no connection stands for anybody, each span stands for itself: it is renewed by what is said of it.
    const producer = `${identity.userId}\0${named ?? (isConnected ? session.id : spanName)}`
    const isAlive = isConnected ? producers.hold(producer, session.signal) : producers.renew(producer)
    if (isAlive) return producer
    throw new TelltaleError('INVALID_INPUT', 'this producer was silent and was given up: go on under another name')
  }

  async function publishOne(
    caller: Caller,
    update: ParsedUpdate,
    admit: (conversationId: string) => Promise<void>,
    named: string | undefined,
  ): Promise<Accepted> {
    const { conversationId, category, text, metadata, id, key, priority, span, spanId, ttlMs } = update
    await admit(conversationId)
    const producer = span ? producerOf(caller, named, `${conversationId}\0${span.id}`) : undefined
    return publisher.publish({
      conversationId,
      category,
      text,
      metadata,
      dedupe: dedupeOf(caller, id),
      options: { id, key, priority, span, spanId, ttlMs },
      ...(producer !== undefined && { producer }),
      owner: caller.identity.userId,
    })
  }

  async function publishEither(
    caller: Caller,
    raw: unknown,
    admit: (conversationId: string) => Promise<void>,
    named: string | undefined,
  ): Promise<void> {
    if (typeof raw === 'object' && raw !== null && 'shed' in raw) {
      const { conversationId, shed, id } = parse(shedInput, raw)
      await admit(conversationId)
      return publisher.announceShed({ conversationId, counts: shed, dedupe: dedupeOf(caller, id) })
    }
    await publishOne(caller, parse(updateInput, raw), admit, named)
  }

  /** A server that closes is one of several: another one takes what this one does not. */
  async function whileOpen<T>({ session }: Caller, publishing: Promise<T>): Promise<T> {
    try {
      return await publishing
    } catch (error) {
      const isClosing = TelltaleError.isInstance(error) && error.code === 'DISPOSED' && session?.id !== inProcessId
      throw isClosing ? new TelltaleError('UNAVAILABLE', error.message, { retryAfterMs: 1_000 }) : error
    }
  }

  return {
    publish: (caller: Caller, update: ParsedUpdate): Promise<Accepted> =>
      whileOpen(caller, publishOne(caller, update, createAdmission(caller), update.producer)),

    async publishMany(caller: Caller, updates: readonly unknown[], named?: string): Promise<PublishManyOutcome> {
      if (named !== undefined) producers.touch(`${caller.identity.userId}\0${named}`)
      const admit = createAdmission(caller)
      const outcomes = await Promise.allSettled(
        updates.map((raw) => whileOpen(caller, publishEither(caller, raw, admit, named))),
      )
      const rejected = outcomes.flatMap((outcome, index) =>
        outcome.status === 'rejected' ? [{ index, ...toRejection(outcome.reason) }] : [],
      )
      return { accepted: outcomes.length - rejected.length, rejected }
    },

    lease({ identity }: Caller, named: string, isLeaving: boolean): LeaseOutcome {
      const producer = `${identity.userId}\0${named}`
      if (isLeaving) producers.leave(producer)
      return {
        isAlive: !isLeaving && producers.touch(producer),
        renewMs: producers.limits.leaseLapseMs / renewalsPerLapse,
        server: producers.server,
      }
    },
  }
}

function dedupeOf({ identity }: Caller, id: string | undefined): string | undefined {
  return id === undefined ? undefined : `${identity.userId}\0${id}`
}

function parse<TOutput>(schema: z.ZodType<TOutput>, raw: unknown): TOutput {
  const parsed = schema.safeParse(raw)
  if (parsed.success) return parsed.data
  throw new TelltaleError('INVALID_INPUT', firstIssue(parsed.error))
}

function toRejection(reason: unknown): { code: string; message: string } {
  if (TelltaleError.isInstance(reason)) return { code: reason.code, message: reason.message }
  return { code: 'INTERNAL', message: 'internal error' }
}
