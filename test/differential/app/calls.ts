import { setImmediate as nextTurn } from 'node:timers/promises'
import { observable } from '@trpc/server/observable'
import { z } from 'zod'
import { type AppRoot, anything, circle } from './root.ts'

/** Queries and mutations. */
export function createCalls(t: AppRoot) {
  const { procedure } = t
  return t.router({
    // Answered a turn of the event loop later, so that whatever was caused before it has been said.
    fence: procedure.query(() => nextTurn('fence')),
    echo: procedure.input(anything).query(({ input }) => input),
    change: procedure.input(anything).mutation(({ input, ctx }) => {
      ctx.stage.note(`changed to ${JSON.stringify(input)}`)
      return { changed: input }
    }),
    strict: procedure.input(z.object({ n: z.number() })).query(({ input }) => input.n + 1),
    strictOutput: procedure
      .output(z.object({ n: z.number() }))
      .query(() => ({ n: 'none' }) as unknown as { n: number }),
    nothing: procedure.query(() => undefined),
    nil: procedure.query(() => null),
    rich: procedure.query(() => ({ at: new Date(0), tags: new Set(['a']), gone: undefined, none: Number.NaN })),
    bigint: procedure.query(() => 10n),
    unserializable: procedure.query(() => circle()),
    place: procedure
      .use(({ type, path, batchIndex, next }) => next({ ctx: { place: { type, path, batchIndex } } }))
      .query(({ ctx }) => ctx.place),
    context: procedure.query(({ ctx: { user, url, connectionParams } }) => ({ user, url, connectionParams })),
    told: procedure.query(({ ctx }) => ctx.told),
    greeting: procedure.query(({ ctx }) => ctx.greet?.() ?? 'no greeting'),
    hasContext: procedure.query(({ ctx }: { ctx: unknown }) => ctx !== undefined),
    generator: procedure.query(async function* () {
      yield 1
    }),
    observable: procedure.query(() => observable<number>((observer) => observer.next(1))),
    waits: procedure.query(async ({ ctx, signal }) => {
      ctx.stage.watch('waits', signal)
      ctx.stage.note('waits')
      await ctx.stage.gate('answer')
      return 'answered'
    }),
  })
}
