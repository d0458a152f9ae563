/**
 * Every final failure of Telltale, by code. `retryable` says whether the same call may succeed later without a change.
 */
export const errorCodes = {
  INVALID_OPTION: { retryable: false, about: 'an option of ours is out of range or contradicts another' },
  INVALID_INPUT: { retryable: false, about: 'the call does not have the shape that is asked for' },
  UNKNOWN_CATEGORY: { retryable: false, about: 'the contract has no such category' },
  INVALID_METADATA: { retryable: false, about: "the metadata does not fit its category's schema" },
  PAYLOAD_TOO_LARGE: { retryable: false, about: 'text, metadata or the whole update is over its limit' },
  UNAUTHORIZED: { retryable: false, about: 'the credentials were refused' },
  NOT_FOUND: { retryable: false, about: 'it does not exist, or you may not know whether it does' },
  TOO_MANY_REQUESTS: { retryable: true, about: 'a limit of requests, subscriptions or connections was reached' },
  OVERLOADED: { retryable: true, about: 'the queue of updates is full: nothing was accepted' },
  UNAVAILABLE: { retryable: true, about: 'the backplane did not take the update' },
  TIMEOUT: { retryable: true, about: 'it took longer than its limit' },
  UNSAFE_TRANSPORT: { retryable: false, about: 'subscriptions were asked for over an adapter without our limits' },
  DISPOSED: { retryable: false, about: 'the object was closed before' },
  CONNECTION_LOST: { retryable: true, about: 'the connection went away before an answer came' },
  INTERNAL: { retryable: false, about: 'a fault of the server; its log has the id' },
} as const satisfies Record<string, { retryable: boolean; about: string }>

/** One of the codes in {@link errorCodes}. */
export type ErrorCode = keyof typeof errorCodes

/** Whether a value is one of the codes in {@link errorCodes}. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(errorCodes, value)
}

const brand: unique symbol = Symbol.for('telltale.error')

/**
 * The one error class of Telltale.
 *
 * @example
 * ```ts
 * if (TelltaleError.isInstance(error) && error.code === 'OVERLOADED') await delay(error.retryAfterMs ?? 1_000)
 * ```
 */
export class TelltaleError extends Error {
  override readonly name = 'TelltaleError'
  readonly code: ErrorCode
  /** When the same call may be tried again, in milliseconds; absent where it is not known. */
  declare readonly retryAfterMs?: number
  /** Names the entry in the server's log, for `INTERNAL`. */
  declare readonly errorId?: string

  constructor(
    code: ErrorCode,
    message: string,
    options: { retryAfterMs?: number; errorId?: string; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs
    if (options.errorId !== undefined) this.errorId = options.errorId
  }

  /** Whether the same call may succeed later without a change. */
  get retryable(): boolean {
    return errorCodes[this.code].retryable
  }

  /** Recognises the class across copies of the package, where `instanceof` does not. */
  static isInstance(value: unknown): value is TelltaleError {
    return typeof value === 'object' && value !== null && brand in value
  }
}

// On the prototype: recognisable, and not in the way when an error is printed.
Object.defineProperty(TelltaleError.prototype, brand, { value: true })
