import { observable } from '@trpc/server/observable'
import type { AppRoot } from './root.ts'
import { stopOf } from './streams.ts'

/** Subscriptions that end only when they are stopped, and what they do then. */
export function createStopping(t: AppRoot) {
  const { procedure } = t
  return t.router({
    patient: procedure.subscription(async function* ({ ctx, signal }) {
      try {
        yield 1
        await stopOf(signal)
        yield 'never seen'
      } finally {
        ctx.stage.note('cleaned')
      }
    }),
    slow: procedure.subscription(async function* ({ ctx, signal }) {
      try {
        yield 1
        await stopOf(signal)
      } finally {
        await ctx.stage.gate('cleanup')
        ctx.stage.note('cleaned')
      }
    }),
    failing: procedure.subscription(async function* ({ signal }) {
      try {
        yield 1
        await stopOf(signal)
      } finally {
        await Promise.reject(new Error('cleanup failed'))
      }
    }),
    aborting: procedure.subscription(async function* ({ signal }) {
      yield 1
      await stopOf(signal)
      signal?.throwIfAborted()
    }),
    deaf: procedure.subscription(async function* ({ ctx }) {
      yield 1
      await ctx.stage.gate('never')
    }),
    observed: procedure.subscription(({ ctx }) =>
      observable<number>((observer) => {
        observer.next(1)
        return () => ctx.stage.note('unsubscribed')
      }),
    ),
    late: procedure.subscription(async ({ ctx }) => {
      ctx.stage.note('setting up')
      await ctx.stage.gate('set up')
      return values(() => ctx.stage.note('disposed'))
    }),
    lateObserved: procedure.subscription(async ({ ctx }) => {
      ctx.stage.note('setting up')
      await ctx.stage.gate('set up')
      return observable<number>((observer) => {
        observer.next(1)
        return () => ctx.stage.note('unsubscribed')
      })
    }),
    lateFailure: procedure.subscription(async ({ ctx }): Promise<AsyncIterable<number>> => {
      ctx.stage.note('setting up')
      await ctx.stage.gate('set up')
      throw new Error('could not be set up')
    }),
    lateAbort: procedure.subscription(async ({ ctx, signal }): Promise<AsyncIterable<number>> => {
      ctx.stage.note('setting up')
      await stopOf(signal)
      signal?.throwIfAborted()
      return values(() => {})
    }),
  })
}

function values(onReturn: () => void): AsyncIterable<number> {
  let count = 0
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => (count++ === 0 ? Promise.resolve({ done: false, value: 1 }) : new Promise<never>(() => {})),
      return: async () => {
        onReturn()
        return { done: true, value: undefined }
      },
    }),
  }
}
