import { initTRPC } from '@trpc/server'
import superjson from 'superjson'
import type { Stage } from './stage.ts'

/** The context of the app whose router both adapters host. */
export interface Context {
  readonly stage: Stage
  readonly user: string
  readonly url: string | undefined
  readonly connectionParams: Readonly<Record<string, string | undefined>> | null
  /** What else createContext was told, and whether it was given a socket. */
  readonly told: object
  greet?(): string
}

const builder = initTRPC.context<Context>()

/** No transformer, and tRPC's own formatter. */
export const plainRoot = builder.create({ isDev: false })

export type AppRoot = typeof plainRoot

// The procedures are the same in every root; to the types, a transformer makes another.
export const superjsonRoot = builder.create({ isDev: false, transformer: superjson }) as unknown as AppRoot

/** A root whose formatter tells everything it was told, and fails for one procedure. */
export const formattedRoot = builder.create({
  isDev: false,
  transformer: superjson,
  errorFormatter: ({ shape, error, type, path, input, ctx }) => {
    if (path === 'failures.formatting') throw new Error('the formatter failed')
    if (path === 'failures.unserializable') return { ...shape, data: { circle: circle() } }
    // What belongs to no call may come before our adapter has made a context, see 'a connection that asks nothing'.
    const user = type === 'unknown' ? null : (ctx?.user ?? 'nobody')
    const seen = { type, path, input, user, cause: error.cause?.name }
    return { ...shape, data: { ...shape.data, seen } }
  },
}) as unknown as AppRoot

/** A root of development, which shows stacks. What stands in them is nobody's promise, so its formatter says only whether. */
export const devRoot = builder.create({
  isDev: true,
  errorFormatter: ({ shape }) => ({ ...shape, data: { ...shape.data, stack: shape.data.stack ? 'shown' : 'none' } }),
}) as unknown as AppRoot

/** Neither JSON nor superjson can write it. */
export function circle(): object {
  return {
    toJSON: () => {
      throw new Error('cannot be written')
    },
    get unreadable(): never {
      throw new Error('cannot be read')
    },
  }
}

/** Lets any input through, as it came. */
export const anything = (input: unknown): unknown => input
