import { isPlainObject } from '@telltale/contract'
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

/** Writes answers in tRPC's envelope, for one router. */
export interface Outbound {
  /** A value of a query, a mutation or a subscription. */
  data(session: SocketSession, id: RequestId, value: unknown): void
  started(session: SocketSession, id: RequestId): void
  stopped(session: SocketSession, id: RequestId): void
  error(session: SocketSession, id: RequestId | null, failure: Failure): void
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
  const wrap = probeWrapping((value) => config.transformer.output.serialize(value))
  const send = (session: SocketSession, message: TRPCResponseMessage): void =>
    session.send(JSON.stringify(transformTRPCResponse(config, message)))

  function shapeOf({ cause, type, path, input, context }: Failure): TRPCErrorShape {
    try {
      return getTRPCErrorShape({ config, error: getTRPCErrorFromUnknown(cause), type, path, input, ctx: context })
    } catch {
      return fallbackShape
    }
  }

  return {
    data(session, id, value) {
      if (!isTrackedEnvelope(value)) return send(session, { id, result: { type: 'data', data: value } })
      const [trackedId, data] = value
      const shared = wrap && typeof data === 'object' && data !== null ? sharedTextOf(data) : null
      if (wrap && shared) return sendShared(session, id, trackedId, data as BatchHead, shared, wrap)
      send(session, { id, result: { type: 'data', id: trackedId, data: { id: trackedId, data } } })
    },
    // Both are the same for everybody but for the id.
    started: (session, id) => session.send(`{"id":${JSON.stringify(id)},"result":{"type":"started"}}`),
    stopped: (session, id) => session.send(`{"id":${JSON.stringify(id)},"result":{"type":"stopped"}}`),
    error(session, id, failure) {
      try {
        send(session, { id, error: shapeOf(failure) })
      } catch {
        send(session, { id, error: fallbackShape })
      }
    },
  }
}

interface BatchHead {
  readonly after: string
  readonly skipped?: object
}

/** How a root's transformer wraps a value that needs no annotation. */
interface Wrapping {
  readonly opening: string
  readonly closing: string
}

/** Two fragments of one message: a small head for this reader, and what all readers of the batch have in common. */
function sendShared(
  session: SocketSession,
  id: RequestId,
  trackedId: string,
  { after, skipped }: BatchHead,
  shared: SharedText,
  { opening, closing }: Wrapping,
): void {
  // Positions have no character that JSON escapes, but `after` may echo what a client sent.
  const skippedJson = skipped ? `,"skipped":${JSON.stringify(skipped)}` : ''
  const head = `{"id":${JSON.stringify(id)},"result":{"type":"data","id":"${trackedId}","data":${opening}{"id":"${trackedId}","data":{"type":"batch","after":${JSON.stringify(after)}${skippedJson},"updates":`
  session.sendShared(head, sharedBytes(shared, `}}${closing}}}`))
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
