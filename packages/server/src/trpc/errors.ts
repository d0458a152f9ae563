import { type ErrorCode, errorCodes, TelltaleError } from '@telltale/contract'
import { TRPCError } from '@trpc/server'
import type { TRPC_ERROR_CODE_KEY, TRPCErrorShape } from '@trpc/server/rpc'
import { z } from 'zod'
import { type Random, randomName } from '../async/random.ts'
import type { Emit } from '../telemetry/events.ts'

/** Each of our codes as tRPC says it. */
const trpcCodes: Record<ErrorCode, TRPC_ERROR_CODE_KEY> = {
  INVALID_OPTION: 'INTERNAL_SERVER_ERROR',
  INVALID_INPUT: 'BAD_REQUEST',
  UNKNOWN_CATEGORY: 'BAD_REQUEST',
  INVALID_METADATA: 'BAD_REQUEST',
  PAYLOAD_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  UNAUTHORIZED: 'UNAUTHORIZED',
  NOT_FOUND: 'NOT_FOUND',
  TOO_MANY_REQUESTS: 'TOO_MANY_REQUESTS',
  OVERLOADED: 'SERVICE_UNAVAILABLE',
  UNAVAILABLE: 'SERVICE_UNAVAILABLE',
  TIMEOUT: 'TIMEOUT',
  UNSAFE_TRANSPORT: 'PRECONDITION_FAILED',
  DISPOSED: 'SERVICE_UNAVAILABLE',
  CONNECTION_LOST: 'CLIENT_CLOSED_REQUEST',
  INTERNAL: 'INTERNAL_SERVER_ERROR',
}

/** What a client is told of one of our errors, as `data.telltale` of the error. */
export interface ErrorData {
  readonly code: ErrorCode
  readonly retryable: boolean
  readonly retryAfterMs?: number
  readonly errorId?: string
}

/** The shape of an error of ours on the wire. */
export interface SafeErrorShape extends TRPCErrorShape {
  data: { code: string; httpStatus: number; path?: string; telltale?: ErrorData }
}

/** Our error as tRPC throws it. */
export function toTrpcError(error: TelltaleError): TRPCError {
  return withoutStack(new TRPCError({ code: trpcCodes[error.code], message: error.message, cause: error }))
}

/** The same error without its stack: a foreign root may show stacks to clients, and ours would be shown too. */
export function withoutStack(error: TRPCError): TRPCError {
  delete error.stack
  return error
}

/** Turns anything that was thrown into an error that may be shown: ours as it is, anything else as `INTERNAL` with an id. */
export function createSafeErrors(emit: Emit, random: Random): (error: unknown, path: string) => TelltaleError {
  return (error, path) => {
    const cause = error instanceof TRPCError && error.cause !== undefined ? error.cause : error
    if (TelltaleError.isInstance(cause)) return cause
    if (cause instanceof z.core.$ZodError) return new TelltaleError('INVALID_INPUT', firstIssue(cause))
    if (error instanceof TRPCError && error.code === 'BAD_REQUEST')
      return new TelltaleError('INVALID_INPUT', 'malformed input')
    const errorId = randomName(random, 10)
    emit('error.internal', { errorId, path, error: cause })
    return new TelltaleError('INTERNAL', `internal error ${errorId}`, { errorId })
  }
}

/** The first thing a schema found, in one line: `from.last: Too small`. */
export function firstIssue(error: z.core.$ZodError): string {
  const [issue] = error.issues
  const path = issue?.path.join('.') ?? ''
  return `${path === '' ? 'input' : path}: ${issue?.message ?? 'malformed'}`
}

/** Writes our error into the shape tRPC would send. */
export function shapeError(
  shape: TRPCErrorShape & { data: { httpStatus: number; path?: string } },
  error: TelltaleError,
): SafeErrorShape {
  const trpc = toTrpcError(error)
  const { path, httpStatus } = shape.data
  return {
    message: error.message,
    code: shape.code,
    data: {
      code: trpc.code,
      httpStatus,
      ...(path !== undefined && { path: path.slice(0, 64) }),
      telltale: {
        code: error.code,
        retryable: errorCodes[error.code].retryable,
        ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
        ...(error.errorId !== undefined && { errorId: error.errorId }),
      },
    },
  }
}
