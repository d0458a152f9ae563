import { TRPCError } from '@trpc/server'
import type { TRPC_ERROR_CODE_KEY } from '@trpc/server/rpc'
import { z } from 'zod'
import type { AppRoot } from './root.ts'

const code = z.custom<TRPC_ERROR_CODE_KEY>((value) => typeof value === 'string')

/** Procedures that fail, in every way a procedure can. */
export function createFailures(t: AppRoot) {
  const { procedure } = t
  const fail = (): never => {
    throw new Error('it broke')
  }
  return t.router({
    coded: procedure.input(code).query(({ input }) => {
      throw new TRPCError({ code: input, message: `refused as ${input}` })
    }),
    unworded: procedure.input(code).query(({ input }) => {
      throw new TRPCError({ code: input })
    }),
    caused: procedure.mutation(() => {
      throw new TRPCError({ code: 'CONFLICT', message: 'taken', cause: new RangeError('the reason') })
    }),
    thrown: procedure.query(fail),
    thrownText: procedure.query(() => {
      throw 'only words'
    }),
    thrownNothing: procedure.mutation(() => {
      throw undefined
    }),
    thrownInMiddleware: procedure
      .use(() => {
        throw new TRPCError({ code: 'UNAUTHORIZED', message: 'no entry' })
      })
      .query(() => 'unreachable'),
    ownShape: procedure
      .errors(({ shape }) => ({ ...shape, data: { ...shape.data, stack: undefined, mine: true } }))
      .query(fail),
    formatting: procedure.query(fail),
    unserializable: procedure.query(fail),
  })
}
