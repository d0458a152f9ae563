import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { AppRouter } from '../app/router.ts'
import { Stage } from '../app/stage.ts'
import type { Script } from '../script.ts'
import { type ContextRequest, makeContext } from './context.ts'
import { mountOurs } from './ours.ts'
import { mountStock } from './stock.ts'

/** What an adapter hosts, and for whom. */
export interface Mounting {
  readonly server: Server
  readonly router: AppRouter
  readonly createContext: ((request: ContextRequest) => unknown) | undefined
  readonly limits: Script['limits']
}

/** Puts an adapter on a server, and answers how to take it off. */
export type Mount = (mounting: Mounting) => () => Promise<void>

export const mounts = { stock: mountStock, ours: mountOurs } as const

export type AdapterName = keyof typeof mounts

/** A server on a free port with one of the adapters on it. */
export interface Host extends AsyncDisposable {
  readonly stage: Stage
  readonly origin: string
  readonly port: number
  /** Cuts every connection, as a network does. */
  cut(): void
}

export async function openHost(
  adapter: AdapterName,
  router: AppRouter,
  { context = makeContext, limits }: Pick<Script, 'context' | 'limits'> = {},
): Promise<Host> {
  const stage = new Stage()
  const server = createServer()
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const createContext = context ? (request: ContextRequest) => context(stage, request) : undefined
  const unmount = mounts[adapter]({ server, router, createContext, limits })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    stage,
    port,
    origin: `ws://127.0.0.1:${port}`,
    cut,
    [Symbol.asyncDispose]: async () => {
      cut()
      await unmount()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
