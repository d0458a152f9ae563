import { type Frame, isPlainObject, type PositionedFrame } from '@telltale/contract'
import {
  type AnyTRPCRouter,
  getTRPCErrorFromUnknown,
  getTRPCErrorShape,
  isTrackedEnvelope,
  transformTRPCResponse,
} from '@trpc/server'
import { TRPC_ERROR_CODES_BY_KEY, type TRPCErrorShape, type TRPCResponseMessage } from '@trpc/server/rpc'
import { SharedFrame } from '../core/batch.ts'
import type { SocketSession } from '../transport/session.ts'

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

  function sendFrame(session: SocketSession, reply: Reply, positioned: PositionedFrame): void {
    if (sendShared && positioned instanceof SharedFrame) return sendShared(session, reply, positioned)
    const { position, frame } = positioned
    send(session, { ...reply, result: { type: 'data', id: position, data: { id: position, data: frame } } })
  }

  return {
    data(session, reply, value) {
      if (!isTrackedEnvelope<Frame>(value)) return send(session, { ...reply, result: { type: 'data', data: value } })
      const [position, frame] = value
      sendFrame(session, reply, { position, frame })
    },
    frame: sendFrame,
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

/** The head that was written last. Clients number alike, so it is often the next reader's too. */
interface Head {
  readonly of: SharedFrame
  readonly id: RequestId
  readonly jsonrpc: Reply['jsonrpc']
  readonly encode: SocketSession['encodeHead']
  readonly bytes: Buffer
}

/** Writes batches as one message of two parts: a small head for each reader, and what all of them have in common. */
function createSharedWriter({ opening, closing }: Wrapping) {
  const end = `}}${closing}}}`
  let last: Head | null = null

  return (session: SocketSession, reply: Reply, shared: SharedFrame): void => {
    const { batch, after } = shared
    const tail = batch.bytes(end)
    const { id, jsonrpc } = reply
    const encode = session.encodeHead
    if (last?.of !== shared || last.id !== id || last.jsonrpc !== jsonrpc || last.encode !== encode) {
      const { position } = batch
      const { skipped } = batch.slice
      // Positions have no character that JSON escapes, but `after` may echo what a client sent.
      const skippedJson = skipped ? `,"skipped":${JSON.stringify(skipped)}` : ''
      const text = `${beginningOf(reply)},"result":{"type":"data","id":"${position}","data":${opening}{"id":"${position}","data":{"type":"batch","after":${JSON.stringify(after)}${skippedJson},"updates":`
      last = { of: shared, id, jsonrpc, encode, bytes: encode(text, tail.length) }
    }
    session.sendShared(last.bytes, tail)
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
