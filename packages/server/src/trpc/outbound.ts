import type { Frame, PositionedFrame } from '@telltale/contract'
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
import { beginningOf, type Reply, type RequestId } from './reply.ts'
import { createSharedWriter, probeWrapping } from './shared-writer.ts'

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
