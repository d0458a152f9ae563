import type { Server } from 'node:http'
import { type AnyContract, type Contract, TelltaleError } from '@telltale/contract'
import type { AnyTRPCRouter } from '@trpc/server'
import { Resources } from '../async/resources.ts'
import { Hub } from '../core/hub.ts'
import { statusDomain } from '../publisher/domain.ts'
import { Producers } from '../publisher/producers.ts'
import { Publisher } from '../publisher/publisher.ts'
import { publicAccess } from '../seams/access.ts'
import { createServerStatus } from '../status/status.ts'
import { createEmit } from '../telemetry/events.ts'
import { guardAccess } from '../transport/guarded-access.ts'
import { openHttpEndpoint } from '../transport/http-endpoint.ts'
import { SessionKeeper } from '../transport/keeper.ts'
import { Reception } from '../transport/reception.ts'
import { openWebsocketEndpoint } from '../transport/websocket-endpoint.ts'
import { inProcessContext } from '../trpc/context.ts'
import { createHttpAdapter } from '../trpc/http-adapter.ts'
import { createRoot } from '../trpc/root.ts'
import { createStatusRouter } from '../trpc/router.ts'
import { createWsAdapter } from '../trpc/ws-adapter.ts'
import { drain } from './drain.ts'
import { listenOn } from './listen.ts'
import { resolveOptions, type TelltaleOptions } from './options.ts'
import { subscribeInProcess } from './subscribe.ts'
import type { AttachOptions, Telltale } from './telltale-type.ts'

/**
 * Builds a server. Nothing listens yet: `listen` opens a port of its own, `attach` joins an HTTP server of the app.
 * Throws `INVALID_OPTION` for options that are out of range or contradict each other.
 *
 * @example
 * ```ts
 * const telltale = createTelltale()
 * await telltale.listen({ port: 4000 })
 * telltale.status.tool('conversation-1', 'Searching the web', { tool: 'web_search' })
 * ```
 */
export function createTelltale<TContract extends AnyContract = Contract>(
  given: TelltaleOptions<TContract> = {},
): Telltale<TContract> {
  const options = resolveOptions(given)
  const { contract, clock, random, limits } = options
  const emit = createEmit(options.telemetry)
  const resources = new Resources()
  const backplane = options.backplane<never, never>({ clock, random, emit })
  resources.add(() => backplane.dispose())
  const hub = new Hub({
    domain: statusDomain(contract, options.retention),
    backplane: backplane as never,
    clock,
    emit,
    limits,
  })
  resources.add(() => hub.dispose())
  const { queueLimit } = limits
  const publisher = new Publisher({
    contract,
    hub,
    backplane: backplane as never,
    clock,
    random,
    emit,
    limits,
    queueLimit,
    spanLimits: limits,
  })
  const producers = new Producers({ clock, random, emit, limits, publisher })
  resources.add(() => producers.dispose())
  const { status, spans } = createServerStatus(contract, publisher, clock)
  const access = guardAccess(options.access ?? publicAccess(), { clock, emit, timeoutMs: limits.accessTimeoutMs })
  const keeper = new SessionKeeper({ clock, emit, limits })
  resources.add(() => keeper.stop())
  const root = createRoot({ emit, random, limits })
  const { identity, unsafeTransport } = options
  const router = createStatusRouter<TContract>({
    ...root,
    publisher,
    producers,
    access,
    foreign: { identity, unsafeTransport },
  })
  const createCaller = root.t.createCallerFactory(router)
  const reception = new Reception({ access, limits, isLocalOnly: options.access === null })
  const attached = new Set<() => void>()
  const readers = new Set<AbortController>()
  let closing: Promise<void> | null = null

  function attach(server: Server, { router: foreign, createContext, path = '/trpc' }: AttachOptions = {}) {
    if (closing) throw new TelltaleError('DISPOSED', 'the server is closed')
    const hosted: AnyTRPCRouter = foreign ?? router
    const adapter = { router: hosted, createContext, limits, emit, isForeign: foreign !== undefined }
    const serve = createWsAdapter(adapter)
    const parts = { path, reception, keeper, limits, clock, random, emit }
    const websockets = openWebsocketEndpoint(server, { ...parts, serve })
    const { origins } = options
    const http = openHttpEndpoint(server, { ...parts, origins, serve: createHttpAdapter({ ...adapter, clock, serve }) })
    const detach = (): void => {
      if (!attached.delete(detach)) return
      websockets.detach()
      http.detach()
    }
    attached.add(detach)
    return { detach }
  }

  async function close({ drainMs = 10_000 }: { drainMs?: number } = {}): Promise<void> {
    reception.close()
    spans.flush()
    await publisher.dispose()
    spans.lose()
    await drain({ hub, keeper, clock, drainMs })
    for (const reader of [...readers]) reader.abort()
    for (const detach of [...attached]) detach()
    await resources.release()
  }

  const telltale: Telltale<TContract> = {
    contract,
    status,
    router,
    createCaller: (caller) => createCaller(inProcessContext(caller)),
    subscribe: (request) => subscribeInProcess<TContract>(publisher, request, readers),
    attach,
    listen: async (listenOptions = {}) => {
      const listening = await listenOn(listenOptions, { isLocalOnly: options.access === null, attach })
      resources.add(() => listening.closeServer())
      return { port: listening.port, url: listening.url, server: listening.server }
    },
    flush: () => {
      spans.flush()
      return publisher.flush()
    },
    size: () => ({
      queued: publisher.queueDepth,
      openSpans: publisher.openSpans,
      connections: keeper.sessions.size,
      ...hub.size,
    }),
    close: (closeOptions) => {
      closing ??= close(closeOptions)
      return closing
    },
    [Symbol.asyncDispose]: () => telltale.close(),
  }
  return telltale
}
