import { type BatchFrame, type Frame, isPlainObject, type PositionedFrame } from '@telltale/contract'
import {
  type AnyTRPCRouter,
  getTRPCErrorFromUnknown,
  getTRPCErrorShape,
  isTrackedEnvelope,
  transformTRPCResponse,
} from '@trpc/server'
import { TRPC_ERROR_CODES_BY_KEY, type TRPCErrorShape, type TRPCResponseMessage } from '@trpc/server/rpc'
import { type SharedText, sharedTextOf } from '../core/batch.ts'
import type { SocketSession } from '../transport/session.ts'
import { sharedBytes } from '../transport/shared-frames.ts'

/** The id of a request, as its client chose it. */
export type RequestId = number | string

/** What an answer says of the request it is for. */
export interface Reply<TId extends RequestId | null = RequestId> {
  readonly id: TId
  /** Echoed when the client sent it. */
  readonly jsonrpc?: '2.0'
}

/** Writes answers in tRPC's envelope, for one router. */
export interface Outbound {
  /** A value of a query, a mutation or a subscription. */
  data(session: SocketSession, reply: Reply, value: unknown): void
  /** The same as a tracked value of a subscription. */
  frame(session: SocketSession, reply: Reply, frame: PositionedFrame): void
  started(session: SocketSession, reply: Reply): void
  stopped(session: SocketSession, reply: Reply): void
  error(session: SocketSession, reply: Reply<RequestId | null>, failure: Failure): void
}

/** An error and the call it came from. */
export interface Failure {
  readonly cause: unknown
  readonly type: 'query' | 'mutation' | 'subscription' | 'unknown'
  readonly path?: string | undefined
  readonly input?: unknown
  readonly context: object | undefined
}

/** What a client gets when its error cannot be shaped: it says nothing, as the formatter would have had it. */
const fallbackShape: TRPCErrorShape = {
  code: TRPC_ERROR_CODES_BY_KEY.INTERNAL_SERVER_ERROR,
  message: 'Internal server error',
  data: { code: 'INTERNAL_SERVER_ERROR', httpStatus: 500 },
}

/** Builds the {@link Outbound} of a router. */
export function createOutbound(router: AnyTRPCRouter): Outbound {
  const config = router._def._config
  const wrapping = probeWrapping((value) => config.transformer.output.serialize(value))
  const sendShared = wrapping ? createSharedWriter(wrapping) : null
  const send = (session: SocketSession, message: TRPCResponseMessage): void =>
    session.send(JSON.stringify(transformTRPCResponse(config, message)))

  function shapeOf({ cause, type, path, input, context }: Failure): TRPCErrorShape {
    try {
      return getTRPCErrorShape({ config, error: getTRPCErrorFromUnknown(cause), type, path, input, ctx: context })
    } catch {
      return fallbackShape
    }
  }

  function sendTracked(session: SocketSession, reply: Reply, positioned: PositionedFrame): void {
    const { position, frame } = positioned
    const shared = sendShared && typeof frame === 'object' && frame !== null ? sharedTextOf(frame) : null
    if (sendShared && shared) return sendShared(session, reply, positioned as PositionedFrame<BatchFrame>, shared)
    send(session, { ...reply, result: { type: 'data', id: position, data: { id: position, data: frame } } })
  }

  return {
    data(session, reply, value) {
      if (!isTrackedEnvelope<Frame>(value)) return send(session, { ...reply, result: { type: 'data', data: value } })
      const [position, frame] = value
      sendTracked(session, reply, { position, frame })
    },
    frame: sendTracked,
    started: (session, reply) => session.send(`${beginningOf(reply)},"result":{"type":"started"}}`),
    stopped: (session, reply) => session.send(`${beginningOf(reply)},"result":{"type":"stopped"}}`),
    error(session, reply, failure) {
      try {
        send(session, { ...reply, error: shapeOf(failure) })
      } catch {
        send(session, { ...reply, error: fallbackShape })
      }
    },
  }
}

function beginningOf({ id, jsonrpc }: Reply): string {
  return `{"id":${JSON.stringify(id)}${jsonrpc === undefined ? '' : ',"jsonrpc":"2.0"'}`
}

/** How a root's transformer wraps a value that needs no annotation. */
interface Wrapping {
  readonly opening: string
  readonly closing: string
}

interface Head {
  readonly beginning: string
  readonly after: string
  readonly encode: SocketSession['encodeHead']
  readonly bytes: Buffer
}

/** Writes batches as one message of two parts: a small head for each reader, and what all of them have in common. */
function createSharedWriter({ opening, closing }: Wrapping) {
  const end = `}}${closing}}}`
  /** The last head that was written for a batch: clients number alike, so it is often the next reader's too. */
  const heads = new WeakMap<SharedText, Head>()

  return (
    session: SocketSession,
    reply: Reply,
    { position, frame }: PositionedFrame<BatchFrame>,
    shared: SharedText,
  ): void => {
    const beginning = beginningOf(reply)
    const { after, skipped } = frame
    const tail = sharedBytes(shared, end)
    let head = heads.get(shared)
    const encode = session.encodeHead
    if (head?.beginning !== beginning || head.after !== after || head.encode !== encode) {
      // Positions have no character that JSON escapes, but `after` may echo what a client sent.
      const skippedJson = skipped ? `,"skipped":${JSON.stringify(skipped)}` : ''
      const text = `${beginning},"result":{"type":"data","id":"${position}","data":${opening}{"id":"${position}","data":{"type":"batch","after":${JSON.stringify(after)}${skippedJson},"updates":`
      head = { beginning, after, encode, bytes: encode(text, tail.length) }
      heads.set(shared, head)
    }
    session.sendShared(head.bytes, tail)
  }
}

/** Finds out how a transformer wraps plain JSON: not at all, or as superjson does. Others are not known, and not shared. */
function probeWrapping(serialize: (value: unknown) => unknown): Wrapping | null {
  const probe = { a: ['b'] }
  const wrapped = serialize(probe)
  if (wrapped === probe) return { opening: '', closing: '' }
  const isEnvelope =
    isPlainObject(wrapped) &&
    Object.keys(wrapped)
      .filter((key) => wrapped[key] !== undefined)
      .join() === 'json'
  if (isEnvelope && JSON.stringify(wrapped['json']) === JSON.stringify(probe))
    return { opening: '{"json":', closing: '}' }
  return null
}
