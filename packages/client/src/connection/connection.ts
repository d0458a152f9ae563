import { TelltaleError } from '@telltale/contract/wire'
import { createTRPCUntypedClient, createWSClient, type TRPCLink, wsLink } from '@trpc/client'
import type { AnyTRPCRouter } from '@trpc/server'
import { onAwakening } from '../lib/awakening.ts'
import { type BackoffLimits, fullJitter } from '../lib/backoff.ts'
import type { Clock } from '../lib/clock.ts'
import { type ReadableStore, Store } from '../lib/store.ts'
import { createEncoder } from './encoder.ts'
import { envelope } from './envelope.ts'
import { toTelltaleError } from './errors.ts'
import { Pacer } from './pacer.ts'
import type { WatchedSocket, WebSocketClass } from './socket.ts'
import { createSocketClass } from './socket-class.ts'
import { Tokens } from './tokens.ts'
import { TransportChoice, type TransportMode, type TransportName } from './transport-choice.ts'

/** `idle` before anything was asked for, `connecting` also while it comes back, `closed` after `close()`. */
export type ConnectionState = 'idle' | 'connecting' | 'open' | 'closed'

/** What a connection is made of. */
export interface ConnectionOptions {
  readonly url: string
  readonly token: (() => string | null | Promise<string | null>) | undefined
  readonly transport: TransportMode
  readonly WebSocket: WebSocketClass
  readonly fetch: typeof fetch
  readonly clock: Clock
  readonly random: () => number
  readonly backoff: BackoffLimits
  readonly connectTimeoutMs: number
  readonly requestTimeoutMs: number
  /** Most queries and mutations that wait for an answer. */
  readonly pendingMax: number
  /** In front of every procedure's name, where the app's router has ours under a name. */
  readonly prefix: string
  /** A socket nobody uses any more is closed after this time, in milliseconds. @default 5_000 */
  readonly lingerMs?: number | undefined
}

/** What happens to the frames of a subscription. */
export interface FrameSink {
  frame(id: string, frame: unknown): void
  /** It ended; `null` when the server just stopped it. It does not come back by itself. */
  ended(error: TelltaleError | null): void
}

/** One connection for everything a client does. Opens when it is first needed and comes back by itself. */
export interface Connection {
  readonly state: ReadableStore<ConnectionState>
  /** What it goes by, the last time something came through; `null` before. */
  readonly transport: ReadableStore<TransportName | null>
  query(procedure: string, input?: unknown): Promise<unknown>
  mutate(procedure: string, input: unknown): Promise<unknown>
  /** The answer stops it. */
  subscribe(procedure: string, input: unknown, sink: FrameSink): () => void
  close(): Promise<void>
}

const defaultLingerMs = 5_000
/** Together with the goodbye a server that is gone is found so within 18 seconds. */
const pingIntervalMs = 8_000
const pongTimeoutMs = 8_000
/** Within which those who came back to themselves look around, in milliseconds. */
const awakeningJitterMs = 300

/** Opens nothing yet. */
export function createConnection(options: ConnectionOptions): Connection {
  const { url, token, clock, random, prefix } = options
  const state = new Store<ConnectionState>('idle')
  const live = new Set<(error: TelltaleError | null) => void>()
  /** What ends whatever is still waited for. */
  const calls = new Set<(error: TelltaleError | null) => void>()
  /** Why there is nothing more to expect: whoever closed us, or a server that does not want us as we are. */
  let end: TelltaleError | null = null
  /** When the server last said that our credentials have ended. */
  let endedAtMs = Number.NEGATIVE_INFINITY
  const choice = new TransportChoice(options.transport, clock)
  const pacer = new Pacer(clock)
  const sockets = new Set<WatchedSocket>()
  const tokens = new Tokens({
    fetch: token,
    clock,
    random,
    timeoutMs: options.connectTimeoutMs,
    // Every request over plain HTTP shows the last one by itself.
    async onFresh(fresh) {
      if (choice.current.getSnapshot() !== 'sse') await call('mutation', 'auth.refresh', { token: fresh })
    },
  })
  const socket = createWSClient({
    url: async () => {
      await pacer.wait()
      return url
    },
    ...(token && { connectionParams: async () => (choice.next === 'sse' ? {} : paramsOf(await tokens.fetch())) }),
    // A server that talks nonsense is one that is not there.
    experimental_encoder: createEncoder(() => {
      for (const watched of [...sockets]) watched.drop()
    }),
    WebSocket: createSocketClass(choice, {
      ...options,
      sockets,
      token: () => tokens.fetch(),
      latestToken: () => tokens.latest,
      onEnded: () => {
        endedAtMs = clock.now()
      },
      onRefused: (code) => {
        if (code === 'UNAUTHORIZED') refused()
      },
    }),
    // What never got through is tried another way at once; everything else takes its time.
    retryDelayMs: (attempt) => {
      const isAtOnce = choice.isVerifying || (attempt === 0 && choice.isTrying && choice.next === 'sse')
      const restMs = attempt > 0 && isForgiven() ? restAfterEndMs : 0
      pacer.plan(isAtOnce ? 0 : choice.putOffMs + restMs + fullJitter(attempt, random, options.backoff))
      return 0
    },
    keepAlive: { enabled: true, intervalMs: pingIntervalMs, pongTimeoutMs },
    lazy: { enabled: true, closeMs: options.lingerMs ?? defaultLingerMs },
    onOpen: () => {
      if (!end) state.set('open')
    },
    onClose: (cause) => {
      // One that was moved closes behind the one that took its place.
      if (sockets.size === 0) tokens.rest()
      // tRPC says nothing of a socket that nobody needs.
      if (!end && live.size === 0 && calls.size === 0) state.set('idle')
      if (cause?.code === credentialsEnded) endedAtMs = clock.now()
      if (isFinal(cause?.code)) refused()
    },
  })
  socket.connectionState.subscribe({
    next: ({ state: next }) => {
      if (state.getSnapshot() !== 'closed') state.set(next === 'pending' ? 'open' : next)
    },
  })
  // The link asks for the transformer that a router's type would name; this client is typed by the contract instead.
  const link = wsLink({ client: socket, transformer: envelope } as never) as TRPCLink<AnyTRPCRouter>
  const trpc = createTRPCUntypedClient<AnyTRPCRouter>({ links: [link] })

  async function call(kind: 'query' | 'mutation', procedure: string, input: unknown): Promise<unknown> {
    if (end) throw end
    if (calls.size >= options.pendingMax) {
      throw new TelltaleError('OVERLOADED', `${options.pendingMax} requests wait for an answer`, {
        retryAfterMs: 1_000,
      })
    }
    const deadline = new AbortController()
    let failure: TelltaleError | null = null
    const giveUp = (error: TelltaleError | null): void => {
      failure = error
      deadline.abort()
    }
    const cancel = clock.after(options.requestTimeoutMs, () => {
      giveUp(new TelltaleError('TIMEOUT', `no answer to ${procedure} in ${options.requestTimeoutMs} ms`))
    })
    calls.add(giveUp)
    try {
      return await trpc[kind](prefix + procedure, input, { signal: deadline.signal })
    } catch (error) {
      throw failure ?? end ?? toTelltaleError(error)
    } finally {
      calls.delete(giveUp)
      cancel()
    }
  }

  const stopAwakening = onAwakening(clock, () => {
    // Not all at the same moment: a whole house may be online again.
    clock.after(random() * awakeningJitterMs, () => {
      pacer.hurry()
      for (const watched of [...sockets]) if (watched.isOpen) watched.probe()
    })
  })

  return {
    state,
    transport: choice.current,
    query: (procedure, input) => call('query', procedure, input),
    mutate: (procedure, input) => call('mutation', procedure, input),
    subscribe(procedure, input, sink) {
      const finish = (error: TelltaleError | null): void => {
        if (live.delete(finish)) sink.ended(end ?? error)
      }
      live.add(finish)
      if (end) {
        // Later, as every other answer: who subscribes does not have it yet.
        queueMicrotask(() => finish(end))
        return () => void live.delete(finish)
      }
      const subscription = trpc.subscription(prefix + procedure, input, {
        onData: (data: unknown) => {
          if (isTracked(data)) sink.frame(data.id, data.data)
        },
        onError: (error) => finish(toTelltaleError(error)),
        onStopped: () => finish(null),
        onComplete: () => finish(null),
      })
      return () => {
        live.delete(finish)
        subscription.unsubscribe()
      }
    },
    close: () => shut(new TelltaleError('DISPOSED', 'the client is closed')),
  }

  /** Whether credentials have just been taken back: then the next may count as given before that, for they say only the second. */
  function isForgiven(): boolean {
    return clock.now() - endedAtMs < forgivenMs
  }

  function refused(): void {
    // Its time was over before it came there: another one may be taken.
    if (tokens.isOver || isForgiven()) return
    void shut(new TelltaleError('UNAUTHORIZED', 'the server refused the credentials'))
  }

  async function shut(reason: TelltaleError): Promise<void> {
    if (end) return
    end = reason
    state.set('closed')
    stopAwakening()
    tokens.end(reason)
    pacer.end()
    for (const giveUp of [...calls]) giveUp(reason)
    for (const finish of [...live]) finish(reason)
    // One that may never open is not waited for.
    for (const watched of [...sockets]) if (!watched.isOpen) watched.drop()
    await socket.close()
  }
}

/** By this code a server says that the credentials have ended, and that others may be taken. */
const credentialsEnded = 4_206
/** How long after that a refusal is not final, and how long is waited at least between tries then, in milliseconds. */
const forgivenMs = 8_000
const restAfterEndMs = 1_000

/** Codes by which a server says not to come back as we are: 4400 to 4499, but for the one that was only too late. */
function isFinal(code: number | undefined): boolean {
  return code !== undefined && code >= 4_400 && code <= 4_499 && code !== 4_408
}

function paramsOf(token: string | null): Record<string, string> {
  return token === null ? {} : { token }
}

function isTracked(data: unknown): data is { id: string; data: unknown } {
  return typeof data === 'object' && data !== null && 'id' in data && typeof data.id === 'string' && 'data' in data
}
