import { TelltaleError } from '@telltale/contract'

/** Begins every error that answers no request. */
const unasked = '{"id":null,"error":'

interface UnaskedError {
  readonly error?: { readonly message?: unknown; readonly data?: { readonly code?: unknown } | null } | null
}

/**
 * What a server says before it hangs up on somebody it does not let in: an error that belongs to no request. `null` for
 * any other message.
 */
export function readRefusal(message: unknown): TelltaleError | null {
  if (typeof message !== 'string' || !message.startsWith(unasked)) return null
  const error = parse(message)?.error
  const code = error?.data?.code
  if (code !== 'UNAUTHORIZED' && code !== 'TOO_MANY_REQUESTS') return null
  return new TelltaleError(code, typeof error?.message === 'string' ? error.message : 'the server refused')
}

/** The same, as an HTTP status says it. */
export function refusalOfStatus(status: number): TelltaleError | null {
  if (status === 401) return new TelltaleError('UNAUTHORIZED', 'not authorized')
  return status === 429 ? new TelltaleError('TOO_MANY_REQUESTS', 'too many connections') : null
}

function parse(message: string): UnaskedError | null {
  try {
    return JSON.parse(message) as UnaskedError
  } catch {
    return null
  }
}
