import type { IncomingMessage } from 'node:http'
import { TelltaleError } from '@telltale/contract'
import { type AnyTRPCRouter, callTRPCProcedure, TRPCError } from '@trpc/server'
import { isObservable, observableToAsyncIterable } from '@trpc/server/observable'
import type { TRPCClientOutgoingMessage } from '@trpc/server/rpc'
import type { WebSocket } from 'ws'
import { withSession } from '../seams/session.ts'
import type { Emit } from '../telemetry/events.ts'
import type { Connection } from '../transport/connection.ts'
import { Lane } from '../transport/lane.ts'
import type { ConnectionLimits } from '../transport/limits.ts'
import type { SocketSession } from '../transport/session.ts'
import { toTrpcError, withoutStack } from './errors.ts'
import { readInbound } from './inbound.ts'
import { createOutbound, type Outbound, type RequestId } from './outbound.ts'
import { pumpSubscription } from './subscription.ts'

/** What an app's `createContext` is given; called once for each connection, after it has authenticated. */
export interface CreateContextOptions {
  readonly req: IncomingMessage
  readonly res: WebSocket
  readonly info: { readonly connectionParams: Record<string, string> | null; readonly signal: AbortSignal }
}

/** What the adapter is made of. */
export interface WsAdapterParts {
  readonly router: AnyTRPCRouter
  readonly createContext: ((options: CreateContextOptions) => unknown) | undefined
  readonly limits: ConnectionLimits
  readonly emit: Emit
  /** Whether the router's root is the app's, which may revive what it is sent. */
  readonly isForeign: boolean
}

/** Speaks tRPC's WebSocket protocol for one router, with every limit before a procedure runs. */
export function createWsAdapter(parts: WsAdapterParts): (connection: Connection) => (text: string) => void {
  const outbound = createOutbound(parts.router)
  return (connection) => {
    const calls = new Calls(parts, connection, outbound)
    return (text) => calls.receive(text)
  }
}

type Call = Exclude<TRPCClientOutgoingMessage, { method: 'subscription.stop' }> & { id: RequestId }

/** The calls of one connection. */
class Calls {
  readonly #parts: WsAdapterParts
  readonly #session: SocketSession
  readonly #outbound: Outbound
  readonly #connection: Connection
  #context: Promise<object> | null = null
  #knownContext: object | undefined
  #subscriptions: Map<RequestId, AbortController> | null = null
  #running = 0

  constructor(parts: WsAdapterParts, connection: Connection, outbound: Outbound) {
    this.#parts = parts
    this.#connection = connection
    this.#session = connection.session
    this.#outbound = outbound
    connection.session.signal.addEventListener('abort', () => this.#stopAll(), { once: true })
  }

  receive(text: string): void {
    const { limits, router, emit, isForeign } = this.#parts
    const inbound = readInbound(text, limits, router._def._config.transformer, isForeign)
    if (inbound.kind === 'malformed') {
      if (inbound.limit) emit('connection.limit', { limit: inbound.limit, value: text.length })
      const cause = protocolError(inbound.limit ? 'BAD_REQUEST' : 'PARSE_ERROR', inbound.problem)
      for (const id of inbound.ids.length > 0 ? inbound.ids : [null]) this.#fail(id, cause)
      return
    }
    for (const [index, request] of inbound.requests.entries()) {
      if (!request.ok) this.#fail(request.id, protocolError('PARSE_ERROR', request.problem))
      else this.#handle(request.message, index)
    }
  }

  #handle(message: TRPCClientOutgoingMessage, batchIndex: number): void {
    const { id } = message
    if (id === null) {
      this.#fail(null, protocolError('PARSE_ERROR', '`id` is required'))
    } else if (message.method === 'subscription.stop') {
      this.#subscriptions?.get(id)?.abort()
    } else {
      const call = { ...message, id } as Call
      if (call.method === 'subscription') void this.#subscribe(call, batchIndex)
      else void this.#answer(call, batchIndex)
    }
  }

  async #answer(call: Call, batchIndex: number): Promise<void> {
    const { limits, emit } = this.#parts
    if (this.#running >= limits.requestsMax) {
      emit('connection.limit', { limit: 'requests', value: this.#running })
      this.#fail(call.id, tooMany('requests at the same time', limits.requestsMax), call)
      return
    }
    this.#running++
    try {
      const result = await this.#call(call, batchIndex, this.#session.signal)
      if (isAsyncIterable(result) || isObservable(result)) {
        const message = `Cannot return an async iterable or observable from a ${call.method} procedure with WebSockets`
        throw new TRPCError({ code: 'UNSUPPORTED_MEDIA_TYPE', message })
      }
      this.#outbound.data(this.#session, call.id, result)
    } catch (error) {
      this.#fail(call.id, error, call)
    } finally {
      this.#running--
    }
  }

  async #subscribe(call: Call, batchIndex: number): Promise<void> {
    const { limits, emit } = this.#parts
    this.#subscriptions ??= new Map()
    const subscriptions = this.#subscriptions
    if (subscriptions.has(call.id)) {
      this.#fail(call.id, protocolError('BAD_REQUEST', `Duplicate id ${call.id}`), call)
      return
    }
    if (subscriptions.size >= limits.subscriptionsMax) {
      emit('connection.limit', { limit: 'subscriptions', value: subscriptions.size })
      this.#fail(call.id, tooMany('subscriptions on this connection', limits.subscriptionsMax), call)
      return
    }
    // Known before anything is awaited, so that a stop or a disconnect meanwhile finds it.
    const controller = new AbortController()
    subscriptions.set(call.id, controller)
    const { signal } = controller
    const end = (): void => {
      subscriptions.delete(call.id)
      this.#outbound.stopped(this.#session, call.id)
    }
    try {
      const result = await this.#call(call, batchIndex, signal)
      if (result instanceof Lane) result.serve((frame) => this.#outbound.frame(this.#session, call.id, frame))
      const iterable = iterableOf(result, signal)
      if (!isAsyncIterable(iterable)) {
        throw new TRPCError({
          code: 'INTERNAL_SERVER_ERROR',
          message: `Subscription ${call.params.path} did not return an observable or a AsyncGenerator`,
        })
      }
      if (!signal.aborted) this.#outbound.started(this.#session, call.id)
      pumpSubscription(iterable, this.#session.gate, signal, {
        value: (value) => this.#outbound.data(this.#session, call.id, value),
        ended: end,
        failed: (error) => {
          subscriptions.delete(call.id)
          this.#fail(call.id, error, call)
        },
        releaseFailed: (error) => emit('error.internal', { errorId: '', path: call.params.path, error }),
      })
    } catch (error) {
      if (signal.aborted) return end()
      subscriptions.delete(call.id)
      this.#fail(call.id, error, call)
    }
  }

  async #call({ method, params }: Call, batchIndex: number, signal: AbortSignal): Promise<unknown> {
    this.#context ??= this.#createContext()
    const ctx = await this.#context
    signal.throwIfAborted()
    return callTRPCProcedure({
      router: this.#parts.router,
      path: params.path,
      getRawInput: async () => withLastEventId(params.input, params.lastEventId),
      ctx,
      type: method,
      signal,
      batchIndex,
    })
  }

  async #createContext(): Promise<object> {
    const { request, socket, connectionParams } = this.#connection
    const info = { connectionParams, signal: this.#session.signal }
    const context = await this.#parts.createContext?.({ req: request, res: socket, info })
    this.#knownContext = withSession(context, this.#session)
    return this.#knownContext
  }

  #fail(id: RequestId | null, error: unknown, call?: Call): void {
    this.#outbound.error(this.#session, id, {
      cause: TelltaleError.isInstance(error) ? toTrpcError(error) : error,
      type: call?.method ?? 'unknown',
      path: call?.params.path,
      input: call?.params.input,
      context: this.#knownContext,
    })
  }

  #stopAll(): void {
    for (const controller of this.#subscriptions?.values() ?? []) controller.abort()
  }
}

function protocolError(code: 'BAD_REQUEST' | 'PARSE_ERROR', message: string): TRPCError {
  return withoutStack(new TRPCError({ code, message }))
}

function tooMany(what: string, limit: number): TelltaleError {
  return new TelltaleError('TOO_MANY_REQUESTS', `more than ${limit} ${what}`, { retryAfterMs: 1_000 })
}

/** tRPC resumes by sending the last tracked id beside the input; procedures find it inside. */
function withLastEventId(input: unknown, lastEventId: string | undefined): unknown {
  if (lastEventId === undefined) return input
  if (typeof input === 'object' && input !== null) return { ...input, lastEventId }
  return input ?? { lastEventId }
}

/** What a subscription's procedure returned, as something to pull from; anything else as it is. */
function iterableOf(result: unknown, signal: AbortSignal): unknown {
  if (result instanceof Lane) return result.frames
  return isObservable(result) ? observableToAsyncIterable(result, signal) : result
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}
