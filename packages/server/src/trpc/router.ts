import {
  type AnyContract,
  type CategoryOf,
  describeCategories,
  type Frame,
  type PositionedFrame,
  type StatusSnapshot,
  type StatusUpdate,
  TelltaleError,
  type UpdateInput,
} from '@telltale/contract'
import { tracked } from '@trpc/server'
import type { z } from 'zod'
import type { Accepted } from '../publisher/accepted.ts'
import type { Producers } from '../publisher/producers.ts'
import type { Publisher } from '../publisher/publisher.ts'
import type { GuardedAccess } from '../transport/guarded-access.ts'
import { Lane } from '../transport/lane.ts'
import { type ForeignTransport, requireAccess, resolveCaller } from './context.ts'
import {
  historyInput,
  leaseInput,
  type ParsedUpdate,
  publishInput,
  publishManyInput,
  snapshotInput,
  subscribeInput,
} from './inputs.ts'
import { createProducing, type ManyInput } from './producing.ts'
import type { createRoot } from './root.ts'

/** What the procedures are made of. */
export interface RouterParts extends ReturnType<typeof createRoot> {
  readonly publisher: Publisher
  readonly producers: Producers
  readonly access: GuardedAccess
  readonly foreign: ForeignTransport
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

  return t.router({
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

      subscribe: procedure.input(typed(subscribeInput)).subscription(async ({ ctx, input, signal }) => {
        const caller = resolveCaller(ctx, foreign)
        if (!caller.session && !foreign.unsafeTransport) {
          throw new TelltaleError(
            'UNSAFE_TRANSPORT',
            'status.subscribe needs telltale.attach() or telltale.listen() under it, or unsafeTransport: true',
          )
        }
        await requireAccess(access, caller, 'subscribe', input.conversationId)
        const { conversationId, categories, minPriority, lastEventId } = input
        const from = lastEventId === undefined ? input.from : { after: lastEventId }
        const request = { conversationId, categories, minPriority, from }
        const gate = caller.session?.gate ?? null
        const open = (push?: (frame: PositionedFrame) => void) =>
          publisher.read(request, {
            signal: signal ?? caller.session?.signal ?? new AbortController().signal,
            gate,
            push,
            // Every frame is tracked, whatever it is: one that is not would erase the client's place.
            present: ({ position, frame }) => tracked(position, frame as unknown as Frame<Update, Snapshot>),
          })
        // Under our adapter the frames go a way of their own; the type is what every other adapter gets.
        return gate ? (new Lane(open) as unknown as ReturnType<typeof open>) : open()
      }),

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
