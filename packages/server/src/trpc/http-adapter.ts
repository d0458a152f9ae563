import type { IncomingMessage } from 'node:http'
import { TRPCError } from '@trpc/server'
import { resolveResponse } from '@trpc/server/http'
import { withSession } from '../seams/session.ts'
import type { Connection } from '../transport/connection.ts'
import { eventStreamHeaders, eventStreamWire, plainWire } from '../transport/event-stream-wire.ts'
import type { HttpCall } from '../transport/http-endpoint.ts'
import type { SocketSession } from '../transport/session.ts'
import { withoutStack } from './errors.ts'
import { findInputProblem, revivesInput } from './inbound.ts'
import type { AdapterParts } from './ws-adapter.ts'

/** What the HTTP adapter is made of. */
export interface HttpAdapterParts extends AdapterParts {
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

  function stream({ request, response, body, token, open }: HttpCall): void {
    response.writeHead(200, eventStreamHeaders)
    const session = open(eventStreamWire(response))
    session.ping()
    const idle = (): void => void response.end()
    const receive = parts.serve({
      session,
      response,
      request,
      connectionParams: token === null ? null : { token },
      idle,
    })
    receive(body ?? '')
  }

  async function answer(call: HttpCall): Promise<void> {
    const { request, response, procedures, url, body, seat } = call
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const input = body ?? url.searchParams.get('input') ?? ''
    const problem = findInputProblem(input, url.searchParams.get('batch') === '1', limits, revives)
    const session = { id: '', identity: seat.identity, gate: null, signal: gone.signal }
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
    await writeResponse(result, call)
  }

  return async (call) => {
    if (call.procedures === '' && call.body !== null) stream(call)
    else await answer(call)
  }
}

/** Writes an answer; one that goes on for a while is a connection, and waits at its gate. */
async function writeResponse(result: Response, { response, open }: HttpCall): Promise<void> {
  const { 'transfer-encoding': transfer, ...headers } = Object.fromEntries(result.headers)
  const isEventStream = headers['content-type']?.startsWith('text/event-stream') === true
  response.writeHead(result.status, { ...headers, ...(isEventStream && eventStreamHeaders) })
  if (!result.body || !(isEventStream || transfer === 'chunked')) return void response.end(await result.text())
  const reader = result.body.getReader()
  try {
    await pump(reader, open(plainWire(response)))
  } finally {
    await reader.cancel().catch(() => undefined)
    response.end()
  }
}

async function pump(reader: ReadableStreamDefaultReader<Uint8Array>, session: SocketSession): Promise<void> {
  while (session.isOpen) {
    await session.gate.enter(session.signal)
    const { done, value } = await reader.read()
    if (done) return
    session.sendShared(nothing, Buffer.from(value.buffer, value.byteOffset, value.byteLength))
  }
}

const nothing = Buffer.alloc(0)

function headersOf(request: IncomingMessage): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, String(value))
  }
  return headers
}
