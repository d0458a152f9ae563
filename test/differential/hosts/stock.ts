import { applyWSSHandler, type CreateWSSContextFnOptions } from '@trpc/server/adapters/ws'
import { WebSocketServer } from 'ws'
import type { Context } from '../app/root.ts'
import type { Mounting } from './host.ts'

/** tRPC's own adapter, as its documentation sets it up. */
export function mountStock({ server, router, createContext }: Mounting): () => Promise<void> {
  const wss = new WebSocketServer({ server })
  applyWSSHandler({
    wss,
    router,
    createContext: (options: CreateWSSContextFnOptions) => createContext?.(options) as Context | Promise<Context>,
    // Without it, the adapter writes to the console what our scripts provoke.
    onError: () => {},
  })
  return () => new Promise((resolve) => wss.close(() => resolve()))
}
