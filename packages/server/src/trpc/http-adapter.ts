import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { isPlainObject } from '@telltale/contract'
import { TRPCError } from '@trpc/server'
import { resolveResponse } from '@trpc/server/http'
import type { Clock } from '../async/clock.ts'
import { withSession } from '../seams/session.ts'
import type { Connection } from '../transport/connection.ts'
import { eventStreamHeaders, eventStreamWire, pumpedWire } from '../transport/event-stream-wire.ts'
import type { HttpCall } from '../transport/http-endpoint.ts'
import type { AdapterParts } from './adapter-parts.ts'
import { withoutStack } from './errors.ts'
import { findInputProblem, revivesInput } from './inbound.ts'

/** What the HTTP adapter is made of. */
export interface HttpAdapterParts extends AdapterParts {
  readonly clock: Clock
  /** The same as over a WebSocket: what to do with each message of a connection. */
  readonly serve: (connection: Connection) => (text: string) => void
}

/**
 * Speaks tRPC over plain HTTP for one router, where WebSockets are blocked. Below the path are tRPC's own requests:
 * queries by GET, mutations by POST, subscriptions as server-sent events. A POST to the path itself carries one message
 * as a WebSocket would, and its answers come back as an event stream: that is how our client has all its subscriptions
 * on one connection, of which browsers allow six.
 */
export function createHttpAdapter(parts: HttpAdapterParts): (call: HttpCall) => Promise<void> {
  const { router, limits } = parts
  const revives = parts.isForeign && revivesInput(router._def._config.transformer)

  function stream(call: HttpCall): void {
    const { request, response, body, token, open } = call
    const text = body ?? ''
    // What only asks and goes needs no seat: it would take those of the streams.
    const refusal = asksForStream(text) ? call.sit() : null
    if (refusal) return call.refuse(refusal)
    response.writeHead(200, eventStreamHeaders)
    const session = open(eventStreamWire(response))
    session.ping()
    const idle = (): void => void response.end()
    parts.serve({ session, response, request, connectionParams: token === null ? null : { token }, idle })(text)
  }

  async function answer(call: HttpCall): Promise<void> {
    const { request, response, procedures, url, body, identity } = call
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const input = body ?? url.searchParams.get('input') ?? ''
    const problem = findInputProblem(input, url.searchParams.get('batch') === '1', limits, revives)
    const session = { id: '', identity, gate: null, transport: 'sse' as const, signal: gone.signal }
    const result = await resolveResponse({
      router,
      req: new Request(url, {
        method: request.method ?? 'GET',
        headers: headersOf(request),
        body,
        signal: gone.signal,
      }),
      path: procedures,
      error: problem === null ? null : withoutStack(new TRPCError({ code: 'BAD_REQUEST', message: problem })),
      maxBatchSize: limits.batchMax,
      createContext: async ({ info }) =>
        withSession(await parts.createContext?.({ req: request, res: response, info }), session),
    })
    await writeResponse(result, call, parts.clock, limits.stuckAfterMs)
  }

  return async (call) => {
    if (call.procedures === '' && call.body !== null) stream(call)
    else await answer(call)
  }
}

/** Whether a message asks for something that lasts. */
function asksForStream(text: string): boolean {
  // Almost always there is nothing to parse: the word stands there, or is written in escapes.
  if (!/subscription|\\u/.test(text)) return false
  try {
    const message: unknown = JSON.parse(text)
    const items: unknown[] = Array.isArray(message) ? message : [message]
    return items.some((item) => isPlainObject(item) && item['method'] === 'subscription')
  } catch {
    return false
  }
}

/** Writes an answer; one that is an event stream is a connection, and waits at its gate. */
async function writeResponse(result: Response, call: HttpCall, clock: Clock, stuckAfterMs: number): Promise<void> {
  const { response } = call
  // How it is transferred, and for how long the socket is kept, is said by Node.
  const { 'transfer-encoding': _, connection: __, vary, ...headers } = Object.fromEntries(result.headers)
  const isEventStream = headers['content-type']?.startsWith('text/event-stream') === true
  const refusal = isEventStream ? call.sit() : null
  if (response.destroyed || refusal) {
    await result.body?.cancel()
    if (refusal) call.refuse(refusal)
    return
  }
  if (vary !== undefined) response.appendHeader('vary', vary)
  response.writeHead(result.status, { ...headers, ...(isEventStream && eventStreamHeaders) })
  if (!result.body) return void response.end()
  if (isEventStream) return pump(result.body.getReader(), call, clock)
  // Nobody keeps an eye on what is not a connection: one who takes nothing is hung up on by the socket's own clock.
  response.setTimeout(stuckAfterMs, () => response.destroy())
  // Whoever goes in the middle has nothing to be told.
  await pipeline(Readable.fromWeb(result.body as never), response).catch(() => undefined)
}

/** What was said before the end was asked for may still be on its way through tRPC's streams, in milliseconds. */
const lastWordsMs = 20

async function pump(reader: ReadableStreamDefaultReader<Uint8Array>, call: HttpCall, clock: Clock): Promise<void> {
  const wire = pumpedWire(call.response)
  const session = call.open(wire)
  const cancel = (): void => void reader.cancel().catch(() => undefined)
  wire.ending.addEventListener('abort', () => void clock.after(lastWordsMs, cancel), { once: true })
  try {
    while (session.isOpen) {
      await session.gate.enter(session.signal)
      const { done, value } = await reader.read()
      if (done) break
      session.sendBytes(Buffer.from(value.buffer, value.byteOffset, value.byteLength))
    }
  } finally {
    await reader.cancel().catch(() => undefined)
    call.response.end()
  }
}

function headersOf(request: IncomingMessage): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, String(value))
  }
  return headers
}
