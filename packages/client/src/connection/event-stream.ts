import { createParser } from 'eventsource-parser'
import { StreamRefused } from './stream-refused.ts'

/** What one event stream is asked for. */
export interface EventStreamRequest {
  /** Where the server is: `http://…/trpc` or `https://…/trpc`. */
  readonly url: string
  readonly token: string | null
  /** One message, as it would go over a WebSocket. */
  readonly body: string
  readonly fetch: typeof fetch
  readonly signal: AbortSignal
  /** The server took it; answers will come. */
  readonly onOpen?: () => void
  readonly onMessage: (text: string) => void
  /** Any sign of life. */
  readonly onHeard: () => void
}

/**
 * Posts one message and reads its answers as server-sent events, to their end. Rejects when the connection breaks, and
 * with {@link StreamRefused} when the server does not take it. By `fetch` and not by EventSource, which can send neither
 * a body nor an `Authorization` header.
 */
export async function readEventStream(request: EventStreamRequest): Promise<void> {
  const response = await request.fetch(request.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      ...(request.token !== null && { authorization: `Bearer ${request.token}` }),
    },
    body: request.body,
    signal: request.signal,
    cache: 'no-store',
    // As with a WebSocket, a cookie goes along to another origin too.
    credentials: 'include',
  })
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true
  if (!response.ok || !isStream || !response.body) throw await StreamRefused.of(response)
  request.onHeard()
  request.onOpen?.()
  const parser = createParser({ onEvent: ({ data }) => request.onMessage(data) })
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done || request.signal.aborted) return
    request.onHeard()
    parser.feed(value)
  }
}
