import type { RequestListener } from 'node:http'
import { networkInterfaces } from 'node:os'
import { type AnyContract, TelltaleError } from '@telltale/contract'
import { createTelltale, publicAccess, type Telltale } from '@telltale/server'
import { Command } from 'commander'
import { toUrls } from './addresses.ts'
import { parsePort } from './arguments.ts'
import { loadContract } from './contract-file.ts'
import type { ServeMetrics } from './metrics.ts'
import { closeOnSignal } from './shutdown.ts'
import { notice, print } from './terminal.ts'

interface ServeOptions {
  readonly port: number
  readonly host?: string
  readonly public?: true
  readonly contract?: string
  readonly metrics: boolean
}

/** How long readers may take to get what is still theirs when the server ends, in milliseconds. */
const drainMs = 3_000

const examples = `
Examples:
  telltale serve                              for this machine only, on ws://localhost:4000/trpc
  telltale serve --port 0                     on any free port; the first line says which
  telltale serve --public                     for everybody who can reach this machine: anybody may read and publish
  telltale serve --contract ./contract.ts     with your own categories

The contract is a module that exports what defineContract returned, as default or as 'contract'; TypeScript from Node 22.18 on.
GET /healthz answers 200 and how much is going on, and 503 while the server closes. GET /metrics says the same and more for
Prometheus: numbers only, no ids and no texts, for everybody who can reach the server; --no-metrics leaves it out.
Updates are kept in memory and end with the server.`

/** `telltale serve` */
export function serveCommand(): Command {
  return new Command('serve')
    .summary('start a server')
    .description('Starts a server of status streams.')
    .option('--port <number>', 'where to listen; 0 is any free port', parsePort, 4_000)
    .option('--host <address>', 'listen on this address only')
    .option('--public', 'let others in, not only this machine')
    .option('--contract <file>', 'your own categories')
    .option('--no-metrics', 'count nothing for GET /metrics')
    .addHelpText('after', examples)
    .action(serve)
}

async function serve(options: ServeOptions): Promise<void> {
  const contract = options.contract === undefined ? undefined : await loadContract(options.contract)
  // Loaded only where it is wanted: it is the larger part of the command.
  const metrics = options.metrics ? (await import('./metrics.ts')).startMetrics() : null
  const telltale = createTelltale<AnyContract>({
    ...(contract && { contract }),
    ...(options.public && { access: publicAccess() }),
    ...(metrics && { telemetry: metrics.sink }),
  })
  const health = { status: 'ok' }
  const ignoreSignals = closeOnSignal(async () => {
    // Whoever spreads the load is to send nobody here any more.
    health.status = 'closing'
    notice('closing')
    await telltale.close({ drainMs })
    metrics?.stop()
  })
  try {
    const urls = await listen(telltale, options, answerRequests(telltale, health, metrics))
    await print(`listening on ${urls.join(' and ')}`)
    if (options.public) notice('anybody who can reach this may read and publish')
  } catch (error) {
    ignoreSignals()
    await telltale.close({ drainMs: 0 })
    metrics?.stop()
    throw error
  }
}

async function listen(
  telltale: Telltale<AnyContract>,
  options: ServeOptions,
  onRequest: RequestListener,
): Promise<string[]> {
  const { port, host } = options
  try {
    const { server, url } = await telltale.listen({
      port,
      ...(host !== undefined && { host }),
      onRequest,
    })
    const bound = server.address()
    return typeof bound === 'object' && bound ? toUrls(bound, networkInterfaces()) : [url]
  } catch (error) {
    throw explain(error, options)
  }
}

/** Says what to change, where the server or the system only says what is wrong. */
function explain(error: unknown, { port, host, public: isPublic }: ServeOptions): unknown {
  if (TelltaleError.isInstance(error)) {
    if (error.code !== 'INVALID_OPTION' || isPublic) return error
    return new TelltaleError('INVALID_OPTION', `others could reach ${host}: add --public to let them in`)
  }
  if (!(error instanceof Error)) return error
  const isInUse = 'code' in error && error.code === 'EADDRINUSE'
  return new TelltaleError('INVALID_OPTION', isInUse ? `port ${port} is in use` : error.message, { cause: error })
}

function answerRequests(
  telltale: Telltale<AnyContract>,
  health: { readonly status: string },
  metrics: ServeMetrics | null,
): RequestListener {
  return (request, response) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    const path = isRead ? request.url?.split('?')[0] : null
    response.setHeader('cache-control', 'no-store')
    if (path === '/metrics' && metrics) return metrics.answer(request, response)
    const isHealth = path === '/healthz'
    const body = isHealth ? { ...health, ...telltale.size() } : { status: 'not found' }
    const status = health.status === 'ok' ? 200 : 503
    response.writeHead(isHealth ? status : 404, { 'content-type': 'application/json' })
    response.end(`${JSON.stringify(body)}\n`)
  }
}
