import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { createTelltale, type Telltale } from '@telltale/server'
import { leaseLapseMs, runningMax } from '../api/analysis.ts'
import { createDemoAccess } from './access.ts'
import { createApi } from './api.ts'
import { type DeskOptions, openDesk } from './desk.ts'
import { createLines } from './lines.ts'
import { createWhatIf } from './what-if.ts'

const limits = {
  leaseLapseMs,
  leaseSweepMs: leaseLapseMs / 10,
  socketsPerUser: 2 * runningMax,
  // So small that one sees within seconds what becomes of a page that is too slow.
  outboundMaxFrames: 4,
  outboundMaxBytes: 65_536,
  lagMaxBytes: 1_048_576,
}

/** What {@link openDemo} takes. */
export interface DemoOptions extends Omit<DeskOptions, 'status' | 'server'> {
  /** 0 takes a free one. */
  readonly port: number
  readonly host: string
  /** How long a person's token is good, in seconds. @default 300 */
  readonly tokenSeconds?: number
  /** Answers what is not the API's. */
  readonly page: RequestListener
}

/** The demo's server, running; disposing it ends all work and says goodbye to all readers. */
export interface Demo extends AsyncDisposable {
  readonly port: number
  readonly telltale: Telltale
}

/** Starts the server: the page, the API and the live statuses on one port. Rejects when the port cannot be had. */
export async function openDemo(options: DemoOptions): Promise<Demo> {
  const { port, host, page, tokenSeconds = 300, ...deskOptions } = options
  await using starting = new AsyncDisposableStack()
  const access = createDemoAccess({ tokenSeconds })
  const telltale = createTelltale({ access, limits, presence: ({ name }) => ({ name: String(name) }) })
  const desk = openDesk({
    status: telltale.status,
    async server(conversationId) {
      return { url: urlOf(server.address() as AddressInfo), token: await access.workerToken(conversationId) }
    },
    ...deskOptions,
  })
  const lines = createLines()
  const ending = new AbortController()
  const whatIf = createWhatIf({ access, telltale, lines, signal: ending.signal })
  const api = createApi({ desk, host, access, whatIf })
  const answerApi = getRequestListener(api.fetch, { overrideGlobalObjects: false })
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
  starting.defer(() => ending.abort())
  server.on('upgrade', lines.onUpgrade)
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

/** By which this machine itself reaches the server. */
function urlOf({ address, family, port }: AddressInfo): string {
  const host =
    family === 'IPv6' ? `[${address === '::' ? '::1' : address}]` : address === '0.0.0.0' ? '127.0.0.1' : address
  return `ws://${host}:${port}/trpc`
}
