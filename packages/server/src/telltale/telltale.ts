import type { Server } from 'node:http'
import { type AnyContract, type Contract, formatTopic, TelltaleError } from '@telltale/contract'
import type { AnyTRPCRouter } from '@trpc/server'
import { memoryLimiter } from '../adapters/memory/limiter.ts'
import { memoryPresenceStore } from '../adapters/memory/presence-store.ts'
import { Resources } from '../async/resources.ts'
import { Hub } from '../core/hub.ts'
import { createInfoOf } from '../core/presence-info.ts'
import { PresenceTracker } from '../core/presence-tracker.ts'
import { statusDomain } from '../publisher/domain.ts'
import { Producers } from '../publisher/producers.ts'
import { Publisher } from '../publisher/publisher.ts'
import { publicAccess } from '../seams/access.ts'
import { createServerStatus } from '../status/status.ts'
import { createEmit } from '../telemetry/emit.ts'
import { GuardedAccess } from '../transport/guarded-access.ts'
import { openHttpEndpoint } from '../transport/http-endpoint.ts'
import { SessionKeeper } from '../transport/keeper.ts'
import { Reception } from '../transport/reception.ts'
import { openWebsocketEndpoint } from '../transport/websocket-endpoint.ts'
import { inProcessContext } from '../trpc/context.ts'
import { createHttpAdapter } from '../trpc/http-adapter.ts'
import { createRoot } from '../trpc/root.ts'
import { createStatusRouter } from '../trpc/router.ts'
import { createWsAdapter } from '../trpc/ws-adapter.ts'
import { drain, orAfter } from './drain.ts'
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
  const presence = new PresenceTracker({
    store: memoryPresenceStore(),
    clock,
    random,
    emit,
    flushIntervalMs: limits.flushIntervalMs,
    infoOf: createInfoOf(options.presence, emit),
  })
  resources.add(() => presence.dispose())
  const { status, spans } = createServerStatus(contract, publisher, clock)
  const { accessTimeoutMs: timeoutMs, revocationsMax } = limits
  const access = new GuardedAccess(options.access ?? publicAccess(), { clock, emit, timeoutMs, revocationsMax })
  const keeper = new SessionKeeper({ clock, emit, limits })
  resources.add(() => keeper.stop())
  const root = createRoot({ emit, random, limits })
  const { identity, unsafeTransport } = options
  const router = createStatusRouter<TContract>({
    ...root,
    publisher,
    producers,
    access,
    presence,
    changes: memoryLimiter({ points: limits.changesPerMinute, windowMs: 60_000 }),
    limits,
    emit,
    foreign: { identity, unsafeTransport, now: () => clock.now() },
  })
  const createCaller = root.t.createCallerFactory(router)
  const reception = new Reception({ access, limits, origins: options.origins, isLocalOnly: options.access === null })
  const hasStream = (userId: string, streamId: string): boolean => access.hasStream(userId, streamId)
  const attached = new Set<() => void>()
  const readers = new Set<AbortController>()
  let closing: Promise<void> | null = null

  function attach(server: Server, { router: foreign, createContext, path = '/trpc' }: AttachOptions = {}) {
    if (closing) throw new TelltaleError('DISPOSED', 'the server is closed')
    const hosted: AnyTRPCRouter = foreign ?? router
    const adapter = { router: hosted, createContext, limits, emit, isForeign: foreign !== undefined, hasStream }
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
    // A log that does not answer must not hold up the end.
    await orAfter(publisher.dispose(), clock, Math.max(drainMs / 2, 500))
    spans.lose()
    await drain({ hub, keeper, clock, drainMs })
    for (const reader of [...readers]) reader.abort()
    access.close()
    for (const detach of [...attached]) detach()
    await resources.release()
  }

  const telltale: Telltale<TContract> = {
    contract,
    status,
    router,
    createCaller: (caller) => createCaller(inProcessContext(caller)),
    subscribe: (request) => subscribeInProcess<TContract>(publisher, request, readers),
    presence: (conversationId) => presence.members(formatTopic('status', conversationId)),
    disconnect({ userId }) {
      access.revokeAll(userId)
      const connections = keeper.disconnect(userId)
      emit('access.revoked', { streams: 0, connections })
      return { connections }
    },
    revoke({ userId, conversationId }) {
      const streams = access.revoke(userId, conversationId)
      publisher.loseSpansOf(userId, conversationId, 'what its producer may do was taken back')
      return { streams }
    },
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
