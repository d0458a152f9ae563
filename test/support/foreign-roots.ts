import type { AnyContract } from '@telltale/contract'
import type { Telltale } from '@telltale/server'
import { type AnyTRPCRouter, initTRPC } from '@trpc/server'
import superjson from 'superjson'

/** An app's own router with ours under the name `telltale`, and a procedure of its own beside it. */
export type Mount = <TContract extends AnyContract>(telltale: Telltale<TContract>) => AnyTRPCRouter

/** A root without a transformer. */
export const plainRoot: Mount = (telltale) => {
  const t = initTRPC.create()
  return t.router({ telltale: telltale.router, own: t.procedure.query(() => 'the app') })
}

/** A root with superjson, which revives what it is sent. */
export const superjsonRoot: Mount = (telltale) => {
  const t = initTRPC.create({ transformer: superjson })
  return t.router({ telltale: telltale.router, own: t.procedure.query(() => 'the app') })
}
