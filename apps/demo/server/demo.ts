import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { createTelltale, publicAccess, type Telltale } from '@telltale/server'
import { createApi } from './api.ts'
import { type DeskOptions, openDesk } from './desk.ts'

/** What {@link openDemo} takes. */
export interface DemoOptions extends Omit<DeskOptions, 'status'> {
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
  const telltale = createTelltale({ access: publicAccess() })
  const desk = openDesk({ status: telltale.status, ...deskOptions })
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
