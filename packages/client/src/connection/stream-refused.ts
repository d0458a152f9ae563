/** tRPC's shape of an error, as far as it matters here. */
interface ErrorShape {
  readonly message: string
  readonly code: number
  readonly data: { readonly code: string; readonly [key: string]: unknown }
}

/** The server did not take a request over plain HTTP. */
export class StreamRefused extends Error {
  readonly status: number
  /** tRPC's code, such as `UNAUTHORIZED`. */
  readonly code: string
  /** Not to be asked again before this time is over, in milliseconds. */
  readonly retryAfterMs: number
  /** What the server said, as it would have said it over a WebSocket. */
  readonly shape: ErrorShape

  private constructor(status: number, shape: ErrorShape, retryAfterMs: number) {
    super(`the server answered ${status}`)
    this.status = status
    this.shape = shape
    this.code = shape.data.code
    this.retryAfterMs = retryAfterMs
  }

  static async of(response: Response): Promise<StreamRefused> {
    const { status } = response
    const code = status === 429 ? 'TOO_MANY_REQUESTS' : 'SERVICE_UNAVAILABLE'
    const unknown = { message: `the server answered ${status}`, code: -32_603, data: { code, httpStatus: status } }
    const retryAfterSeconds = Number(response.headers.get('retry-after') ?? 0)
    return new StreamRefused(status, (await shapeOf(response)) ?? unknown, retryAfterSeconds * 1_000 || 0)
  }
}

/** The error in the body, when it is one of tRPC's. */
async function shapeOf(response: Response): Promise<ErrorShape | null> {
  try {
    const { error } = (await response.json()) as { error?: Partial<ErrorShape> }
    return typeof error?.data?.code === 'string' ? (error as ErrorShape) : null
  } catch {
    return null
  }
}
