import { type ErrorCode, isErrorCode, TelltaleError } from '@telltale/contract/wire'
import { TRPCClientError } from '@trpc/client'

/** tRPC's own codes, for servers and adapters that do not say ours. */
const fallbackCodes: ReadonlyMap<unknown, ErrorCode> = new Map(
  Object.entries({
    BAD_REQUEST: 'INVALID_INPUT',
    PARSE_ERROR: 'INVALID_INPUT',
    UNAUTHORIZED: 'UNAUTHORIZED',
    FORBIDDEN: 'NOT_FOUND',
    NOT_FOUND: 'NOT_FOUND',
    PAYLOAD_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
    TOO_MANY_REQUESTS: 'TOO_MANY_REQUESTS',
    SERVICE_UNAVAILABLE: 'UNAVAILABLE',
    TIMEOUT: 'TIMEOUT',
  } satisfies Record<string, ErrorCode>),
)

/** Turns what tRPC's client reports into our error, with the server's own code when it sent one. */
export function toTelltaleError(error: unknown): TelltaleError {
  if (TelltaleError.isInstance(error)) return error
  if (!(error instanceof TRPCClientError)) return new TelltaleError('INTERNAL', String(error), { cause: error })
  const data: unknown = error.data
  if (!isRecord(data)) {
    const isAborted = error.cause?.name === 'AbortError' || error.cause?.name === 'TimeoutError'
    return new TelltaleError(isAborted ? 'TIMEOUT' : 'CONNECTION_LOST', error.message, { cause: error })
  }
  const ours = isRecord(data['telltale']) ? data['telltale'] : {}
  const code = isErrorCode(ours['code']) ? ours['code'] : (fallbackCodes.get(data['code']) ?? 'INTERNAL')
  return new TelltaleError(code, error.message, {
    cause: error,
    ...(typeof ours['retryAfterMs'] === 'number' && { retryAfterMs: ours['retryAfterMs'] }),
    ...(typeof ours['errorId'] === 'string' && { errorId: ours['errorId'] }),
  })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
