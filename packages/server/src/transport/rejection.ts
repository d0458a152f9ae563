import { type ErrorCode, errorCodes } from '@telltale/contract'
import type { Refusal } from './reception.ts'

const codes = {
  400: ['INVALID_INPUT', 'BAD_REQUEST', -32_600],
  401: ['UNAUTHORIZED', 'UNAUTHORIZED', -32_001],
  403: ['UNAUTHORIZED', 'FORBIDDEN', -32_003],
  404: ['NOT_FOUND', 'NOT_FOUND', -32_004],
  405: ['INVALID_INPUT', 'METHOD_NOT_SUPPORTED', -32_005],
  408: ['TIMEOUT', 'TIMEOUT', -32_008],
  413: ['PAYLOAD_TOO_LARGE', 'PAYLOAD_TOO_LARGE', -32_013],
  415: ['INVALID_INPUT', 'UNSUPPORTED_MEDIA_TYPE', -32_015],
  429: ['TOO_MANY_REQUESTS', 'TOO_MANY_REQUESTS', -32_029],
  503: ['UNAVAILABLE', 'SERVICE_UNAVAILABLE', -32_603],
} as const satisfies Record<Refusal['status'], readonly [ErrorCode, string, number]>

/** A refusal in tRPC's error shape, plain as well as in superjson's envelope, for nobody's router was asked yet. */
export function rejectionOf({ status, reason, retryAfterSeconds }: Refusal): object {
  const [ours, code, number] = codes[status]
  const telltale = {
    code: ours,
    retryable: errorCodes[ours].retryable,
    ...(retryAfterSeconds !== undefined && { retryAfterMs: retryAfterSeconds * 1_000 }),
  }
  const shape = { message: reason, code: number, data: { code, httpStatus: status, telltale } }
  return { ...shape, json: shape }
}
