import { TelltaleError } from '@telltale/contract'
import { callTRPCProcedure, getTRPCErrorFromUnknown, TRPCError } from '@trpc/server'
import { isObservable, observableToAsyncIterable } from '@trpc/server/observable'
import type { TRPCClientOutgoingMessage } from '@trpc/server/rpc'
import type { Connection } from '../transport/connection.ts'
import { Lane, offerLane } from '../transport/lane.ts'
import type { SocketSession, Work } from '../transport/session.ts'
import type { AdapterParts } from './adapter-parts.ts'
import { ConnectionContext } from './connection-context.ts'
import { toTrpcError, withoutStack } from './errors.ts'
import { readInbound } from './inbound.ts'
import { type LaneOwner, LaneReply } from './lane-reply.ts'
import { OpenSubscriptions } from './open-subscriptions.ts'
import type { Outbound } from './outbound.ts'
import type { Reply, RequestId } from './reply.ts'
import { isAbortError, pumpSubscription } from './subscription.ts'

interface Call {
  readonly id: RequestId
  readonly reply: Reply
  readonly method: 'query' | 'mutation' | 'subscription'
  readonly params: { readonly path: string; readonly input: unknown }
}

/** What the calls of a connection work with. */
export interface CallsParts extends AdapterParts {
  /** Whether the root would revive annotations of a stranger's. */
  readonly revives: boolean
  readonly outbound: Outbound
}

/** The calls of one connection. */
export class Calls implements LaneOwner, Work {
  readonly #parts: CallsParts
  readonly session: SocketSession
  readonly #idle: (() => void) | undefined
  readonly #context: ConnectionContext
  #subscriptions: OpenSubscriptions | null = null
  #isParked = false
  #running = 0

  constructor(parts: CallsParts, connection: Connection) {
    this.#parts = parts
    this.#context = new ConnectionContext(connection, parts.createContext)
    this.#idle = connection.idle
    this.session = connection.session
    this.session.work = this
  }

  get outbound(): Outbound {
    return this.#parts.outbound
  }

  park(): boolean {
    this.#isParked = true
    const count = this.#subscriptions?.size ?? 0
    this.#subscriptions?.stopAll()
    return count > 0
  }

  end(): void {
    this.#subscriptions?.stopAll()
  }

  laneEnded(reply: Reply): void {
    this.#subscriptions?.forget(reply.id)
    this.#ended(reply)
  }

  laneFailed(reply: Reply, path: string, error: unknown): void {
    this.#subscriptions?.forget(reply.id)
    if (!this.#isParked) this.#fail(reply, error, { method: 'subscription', params: { path, input: undefined } })
    this.#ended(reply)
  }

  receive(text: string): void {
    const { limits, router, emit, revives } = this.#parts
    const inbound = readInbound(text, limits, router._def._config.transformer, revives)
    if (inbound.kind === 'malformed') {
      if (this.#isTooMuch()) return
      if (inbound.limit) emit('connection.limit', { limit: inbound.limit, value: text.length })
      const cause = protocolError(inbound.limit ? 'BAD_REQUEST' : 'PARSE_ERROR', inbound.problem)
      for (const id of inbound.ids.length > 0 ? inbound.ids : [null]) this.#fail({ id }, cause)
      return this.#rest()
    }
    for (const [index, request] of inbound.requests.entries()) {
      if (!request.ok) {
        if (this.#isTooMuch()) return
        this.#fail({ id: request.id }, protocolError('PARSE_ERROR', request.problem))
      } else this.#handle(request.message, index)
    }
    this.#rest()
  }

  /** Answers to what cannot be read are free for whoever sends it: there is an end to them. */
  #isTooMuch(): boolean {
    const isTooMuch = this.session.malformed()
    if (isTooMuch) this.#parts.emit('connection.limit', { limit: 'malformed', value: this.#parts.limits.malformedMax })
    return isTooMuch
  }

  #rest(): void {
    if (this.#running === 0 && !this.#subscriptions?.size) this.#idle?.()
  }

  #handle(message: TRPCClientOutgoingMessage, batchIndex: number): void {
    const { id, jsonrpc } = message
    if (id === null) {
      this.#fail({ id, ...(jsonrpc && { jsonrpc }) }, protocolError('PARSE_ERROR', '`id` is required'))
    } else if (message.method === 'subscription.stop') {
      this.#subscriptions?.stop(id)
    } else {
      const reply: Reply = jsonrpc === undefined ? { id } : { id, jsonrpc }
      const { path, input, lastEventId } = message.params
      const params = { path, input: withLastEventId(input, lastEventId) }
      const call: Call = { method: message.method, params, id, reply }
      if (call.method === 'subscription') void this.#subscribe(call, batchIndex)
      else void this.#answer(call, batchIndex)
    }
  }

  async #answer(call: Call, batchIndex: number): Promise<void> {
    const { limits, emit } = this.#parts
    if (this.#running >= limits.requestsMax) {
      emit('connection.limit', { limit: 'requests', value: this.#running })
      this.#fail(call.reply, tooMany('requests at the same time', limits.requestsMax), call)
      return
    }
    this.#running++
    try {
      const result = await this.#call(call, batchIndex, this.session.signal)
      if (isAsyncIterable(result) || isObservable(result)) {
        const message = `Cannot return an async iterable or observable from a ${call.method} procedure with WebSockets`
        throw new TRPCError({ code: 'UNSUPPORTED_MEDIA_TYPE', message })
      }
      this.outbound.data(this.session, call.reply, result)
    } catch (error) {
      this.#fail(call.reply, error, call)
    } finally {
      this.#running--
      this.#rest()
    }
  }

  async #subscribe(call: Call, batchIndex: number): Promise<void> {
    const { limits, emit } = this.#parts
    // It is being moved to another connection, and will be asked for there.
    if (this.#isParked) return
    this.#subscriptions ??= this.#noneYet()
    const subscriptions = this.#subscriptions
    if (subscriptions.has(call.id)) {
      this.#fail(call.reply, protocolError('BAD_REQUEST', `Duplicate id ${call.id}`), call)
      return
    }
    const own = subscriptions.add(call.id, call.params)
    if (!own) {
      emit('connection.limit', { limit: 'subscriptions', value: subscriptions.size })
      this.#fail(call.reply, tooMany('subscriptions on this connection', limits.subscriptionsMax), call)
      return
    }
    const { controller, forget } = own
    const { signal } = controller
    const end = (): void => {
      forget()
      this.#ended(call.reply)
    }
    offerLane(signal, call.params.path)
    try {
      const result = await this.#call(call, batchIndex, signal)
      if (result instanceof Lane) {
        if (signal.aborted) {
          result.discard()
          return end()
        }
        this.outbound.started(this.session, call.reply)
        own.become(result.serve(new LaneReply(this, call.reply, call.params.path)))
        return
      }
      const iterable = iterableOf(result, signal)
      if (!isAsyncIterable(iterable)) {
        throw new TRPCError({
          code: 'INTERNAL_SERVER_ERROR',
          message: `Subscription ${call.params.path} did not return an observable or a AsyncGenerator`,
        })
      }
      if (!signal.aborted) this.outbound.started(this.session, call.reply)
      pumpSubscription(iterable, this.session.gate, controller, {
        value: (value) => {
          this.outbound.data(this.session, call.reply, value)
          // Nothing is sent any more, so nothing would ever hold back one that never waits.
          if (!this.session.isOpen) controller.abort()
        },
        ended: end,
        failed: (error) => {
          if (!this.#isParked) this.#fail(call.reply, error, call)
          end()
        },
        releaseFailed: (error) => emit('error.internal', { errorId: '', path: call.params.path, error }),
      })
    } catch (error) {
      // Who gave up because it was stopped has only done what it was told.
      if (signal.aborted && isAbortError(getTRPCErrorFromUnknown(error).cause)) return end()
      forget()
      if (this.#isParked) return
      this.#fail(call.reply, error, call)
      this.#rest()
    }
  }

  /** Apart from where it is needed, for its function would keep all that is there. */
  #noneYet(): OpenSubscriptions {
    const { limits, hasStream } = this.#parts
    return new OpenSubscriptions(limits.subscriptionsMax, (streamId) =>
      hasStream(this.session.identity.userId, streamId),
    )
  }

  #ended(reply: Reply): void {
    // Nothing may follow the notice that the connection is to be moved.
    if (!this.#isParked) this.outbound.stopped(this.session, reply)
    this.#rest()
  }

  async #call({ method, params }: Call, batchIndex: number, signal: AbortSignal): Promise<unknown> {
    const ctx = await this.#context.use()
    signal.throwIfAborted()
    return callTRPCProcedure({
      router: this.#parts.router,
      path: params.path,
      getRawInput: async () => params.input,
      ctx,
      type: method,
      signal,
      batchIndex,
    })
  }

  #fail(reply: Reply<RequestId | null>, error: unknown, call?: Pick<Call, 'method' | 'params'>): void {
    this.outbound.error(this.session, reply, {
      cause: TelltaleError.isInstance(error) ? toTrpcError(error) : error,
      type: call?.method ?? 'unknown',
      path: call?.params.path,
      input: call?.params.input,
      context: this.#context.known,
    })
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
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return { ...input, lastEventId }
  return input ?? { lastEventId }
}

/** What a subscription's procedure returned, as something to pull from; anything else as it is. */
function iterableOf(result: unknown, signal: AbortSignal): unknown {
  return isObservable(result) ? observableToAsyncIterable(result, signal) : result
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}
