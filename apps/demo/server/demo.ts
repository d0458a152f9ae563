import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { type Access, createTelltale, publicAccess, type Telltale } from '@telltale/server'
import { leaseLapseMs, runningMax } from '../api/analysis.ts'
import { createApi } from './api.ts'
import { type DeskOptions, openDesk } from './desk.ts'

/** What {@link openDemo} takes. */
export interface DemoOptions extends Omit<DeskOptions, 'status' | 'server'> {
  /** 0 takes a free one. */
  readonly port: number
  readonly host: string
  /** Answers what is not the API's. */
  readonly page: RequestListener
}

/** The demo's server, running; disposing it ends all work and says goodbye to all readers. */
export interface Demo extends AsyncDisposable {
  readonly port: number
  readonly telltale: Telltale
}

/** Starts the server: the page, the API and the live statuses on one port. Rejects when the port cannot be had. */
export async function openDemo({ port, host, page, ...deskOptions }: DemoOptions): Promise<Demo> {
  await using starting = new AsyncDisposableStack()
  const token = randomUUID()
  const limits = { leaseLapseMs, leaseSweepMs: leaseLapseMs / 10, socketsPerUser: 2 * runningMax }
  const telltale = createTelltale({ access: accessFor(token), limits })
  const desk = openDesk({
    status: telltale.status,
    server: () => ({ url: urlOf(server.address() as AddressInfo), token }),
    ...deskOptions,
  })
  const answerApi = getRequestListener(createApi(desk, host).fetch, { overrideGlobalObjects: false })
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/api/')) void answerApi(request, response)
    else page(request, response)
  })
  // The last is ended first: work that is stopped says so to readers who are still there.
  starting.defer(() => {
    server.close()
    server.closeAllConnections()
  })
  starting.defer(() => telltale.close({ drainMs: 3_000 }))
  starting.use(desk)
  telltale.attach(server)
  server.listen(port, host)
  await once(server, 'listening')
  const started = starting.move()
  return {
    port: (server.address() as AddressInfo).port,
    telltale,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  }
}

/** Everybody may do everything, under one name; workers have another, so that nobody else speaks for their work. */
function accessFor(workerToken: string): Access {
  const everybody = publicAccess()
  return {
    authenticate: (credentials) =>
      credentials.token === workerToken ? { userId: 'worker' } : everybody.authenticate(credentials),
    authorize: () => true,
  }
}

/** By which this machine itself reaches the server. */
function urlOf({ address, family, port }: AddressInfo): string {
  const host =
    family === 'IPv6' ? `[${address === '::' ? '::1' : address}]` : address === '0.0.0.0' ? '127.0.0.1' : address
  return `ws://${host}:${port}/trpc`
}
