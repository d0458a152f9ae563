import {
  type AnyContract,
  type CategoryOf,
  describeCategories,
  type Frame,
  type StatusSnapshot,
  type StatusUpdate,
  type UpdateInput,
} from '@telltale/contract'
import type { TrackedEnvelope } from '@trpc/server'
import type { z } from 'zod'
import type { PresenceTracker } from '../core/presence-tracker.ts'
import type { Accepted } from '../publisher/accepted.ts'
import type { Producers } from '../publisher/producers.ts'
import type { Publisher } from '../publisher/publisher.ts'
import type { Limiter } from '../seams/limiter.ts'
import type { Emit } from '../telemetry/events.ts'
import type { GuardedAccess } from '../transport/guarded-access.ts'
import { type ForeignTransport, requireAccess, resolveCaller } from './context.ts'
import {
  historyInput,
  leaseInput,
  type ParsedUpdate,
  publishInput,
  publishManyInput,
  refreshInput,
  snapshotInput,
  subscribeInput,
} from './inputs.ts'
import { createPresence } from './presence.ts'
import { createProducing, type ManyInput } from './producing.ts'
import { createRefreshing } from './refreshing.ts'
import type { createRoot } from './root.ts'
import { createSubscribing, type SubscribingParts } from './subscribing.ts'

/** What the procedures are made of. */
export interface RouterParts extends ReturnType<typeof createRoot> {
  readonly publisher: Publisher
  readonly producers: Producers
  readonly access: GuardedAccess
  readonly presence: PresenceTracker
  readonly foreign: ForeignTransport
  readonly changes: Limiter
  readonly limits: SubscribingParts['limits']
  readonly emit: Emit
}

/** A page of `status.history`. */
export interface TypedHistoryPage<TContract extends AnyContract> {
  readonly updates: readonly StatusUpdate<TContract>[]
  readonly next: string | null
  readonly head: string
}

/** Builds the procedures of one contract. The casts stand where zod's checks, or the contract's, have just been made. */
export function createStatusRouter<TContract extends AnyContract>({
  t,
  procedure,
  publisher,
  producers,
  access,
  presence,
  changes,
  limits,
  emit,
  foreign,
}: RouterParts) {
  type Update = StatusUpdate<TContract>
  type Snapshot = StatusSnapshot<TContract, CategoryOf<TContract>>

  /** The same schema, whose categories are the contract's by type; whether they are is checked when they are used. */
  function typed<TOutput, TInner extends z.ZodType<TOutput>>(schema: z.ZodPreprocess<TInner>) {
    type Typed = Omit<z.input<TInner>, 'categories'> & { categories?: readonly CategoryOf<TContract>[] | undefined }
    return schema as unknown as z.ZodType<z.output<TInner>, Typed>
  }

  const producing = createProducing({ publisher, producers, access })
  const subscribe = createSubscribing({ publisher, access, presence, foreign, changes, limits, emit })
  const refresh = createRefreshing({ access, emit })

  return t.router({
    auth: t.router({
      refresh: procedure
        .input(refreshInput as unknown as z.ZodType<{ token: string }>)
        .mutation(({ ctx, input }) => refresh(resolveCaller(ctx, foreign), input.token)),
    }),

    status: t.router({
      publish: procedure
        .input(publishInput as unknown as z.ZodType<ParsedUpdate, UpdateInput<TContract> & { producer?: string }>)
        .mutation(({ ctx, input }): Promise<Accepted> => producing.publish(resolveCaller(ctx, foreign), input)),

      publishMany: procedure
        .input(
          publishManyInput as unknown as z.ZodType<
            { updates: unknown[]; producer?: string },
            { updates: readonly ManyInput<UpdateInput<TContract>>[]; producer?: string }
          >,
        )
        .mutation(({ ctx, input }) =>
          producing.publishMany(resolveCaller(ctx, foreign), input.updates, input.producer),
        ),

      lease: procedure
        .input(
          leaseInput as unknown as z.ZodType<
            { producer: string; leaving: boolean },
            { producer: string; leaving?: boolean }
          >,
        )
        .mutation(({ ctx, input }) => producing.lease(resolveCaller(ctx, foreign), input.producer, input.leaving)),

      subscribe: procedure.input(typed(subscribeInput)).subscription(async ({ ctx, input, signal, path }) => {
        const frames = await subscribe(resolveCaller(ctx, foreign), input, { signal, path })
        return frames as unknown as AsyncGenerator<TrackedEnvelope<Frame<Update, Snapshot>>, void, undefined>
      }),

      presence: createPresence({ procedure, presence, access, foreign }),

      history: procedure.input(typed(historyInput)).query(async ({ ctx, input }) => {
        await requireAccess(access, resolveCaller(ctx, foreign), 'history', input.conversationId)
        const page = await publisher.history(input)
        return page as unknown as TypedHistoryPage<TContract>
      }),

      snapshot: procedure.input(typed(snapshotInput)).query(async ({ ctx, input }) => {
        await requireAccess(access, resolveCaller(ctx, foreign), 'history', input.conversationId)
        const snapshot = await publisher.snapshot(input.conversationId, input.categories)
        return snapshot as unknown as Snapshot
      }),

      categories: procedure.query(({ ctx }) => {
        resolveCaller(ctx, foreign)
        return describeCategories(publisher.contract)
      }),
    }),
  })
}
