import { once } from 'node:events'
import { TRPCError, tracked } from '@trpc/server'
import { observable } from '@trpc/server/observable'
import { z } from 'zod'
import { type AppRoot, anything, circle } from './root.ts'

const counting = z.object({ to: z.number(), lastEventId: z.string().optional() })

/** Subscriptions that go well, or fail while they run. */
export function createStreams(t: AppRoot) {
  const { procedure } = t
  return t.router({
    counts: procedure.input(counting).subscription(async function* ({ input }) {
      for (let n = Number(input.lastEventId ?? 0) + 1; n <= input.to; n++) yield tracked(String(n), { n })
    }),
    untracked: procedure.subscription(async function* () {
      yield 'a'
      yield 'b'
    }),
    mixed: procedure.subscription(async function* () {
      yield tracked('first', 1)
      yield 2
    }),
    odd: procedure.subscription(async function* () {
      yield undefined
      yield null
      yield 0
      yield ''
      yield new Date(0)
    }),
    empty: procedure.subscription(async function* () {}),
    returning: procedure.subscription((): AsyncIterable<number> => returning()),
    echo: procedure.input(anything).subscription(async function* ({ input }) {
      yield { input }
    }),
    observed: procedure.subscription(() =>
      observable<unknown>((observer) => {
        observer.next(1)
        observer.next(tracked('two', 2))
        observer.complete()
      }),
    ),
    failsFirst: procedure.subscription(async function* () {
      yield* refuse()
    }),
    failsMidway: procedure.subscription(async function* ({ ctx, signal }) {
      signal?.addEventListener('abort', () => ctx.stage.note('its signal aborted'))
      try {
        yield tracked('1', 1)
        throw new TRPCError({ code: 'CONFLICT', message: 'no further' })
      } finally {
        ctx.stage.note('cleaned')
      }
    }),
    breaksMidway: procedure.subscription(async function* () {
      yield 1
      throw new Error('it broke')
    }),
    failsToWrite: procedure.subscription(async function* ({ ctx, signal }) {
      signal?.addEventListener('abort', () => ctx.stage.note('its signal aborted'))
      try {
        yield 1
        yield circle()
        yield 3
      } finally {
        ctx.stage.note('cleaned')
      }
    }),
    observedFailure: procedure.subscription(() =>
      observable<number>((observer) => {
        observer.next(1)
        observer.error(new TRPCError({ code: 'TIMEOUT', message: 'too late' }))
      }),
    ),
    notIterable: procedure.subscription(() => 42 as unknown as AsyncIterable<number>),
    failsBefore: procedure.subscription((): AsyncIterable<number> => {
      throw new TRPCError({ code: 'NOT_FOUND', message: 'no such stream' })
    }),
    fed: procedure.input(z.object({ lastEventId: z.string().optional() })).subscription(async function* ({
      input,
      ctx,
    }) {
      for (let n = Number(input.lastEventId ?? 0) + 1; ; n++) {
        await ctx.stage.gate(`value ${n}`)
        yield tracked(String(n), n)
      }
    }),
  })
}

/** Settles when a subscription is stopped. */
export async function stopOf(signal: AbortSignal | undefined): Promise<void> {
  if (signal && !signal.aborted) await once(signal, 'abort')
}

function refuse(): readonly number[] {
  throw new TRPCError({ code: 'FORBIDDEN', message: 'not you' })
}

async function* returning(): AsyncGenerator<number, string> {
  yield 1
  return 'never seen'
}
