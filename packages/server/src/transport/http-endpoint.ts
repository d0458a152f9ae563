import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import { randomName } from '../async/random.ts'
import { readBody } from './http-body.ts'
import { isRefusal, type Refusal, type Seat } from './reception.ts'
import { rejectionOf } from './rejection.ts'
import { checkRequest } from './request-guard.ts'
import { SocketSession } from './session.ts'
import type { EndpointParts } from './websocket-endpoint.ts'
import type { Wire } from './wire.ts'

/** A plain HTTP request of somebody who has been let in. */
export interface HttpCall {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** What stands behind the endpoint's path: names of procedures, or nothing. */
  readonly procedures: string
  readonly url: URL
  /** Of a POST; `null` otherwise. */
  readonly body: string | null
  readonly seat: Seat
  /** From the `Authorization` header. */
  readonly token: string | null
  /** Makes the response a connection, looked after like any other until it ends. */
  open(wire: Wire): SocketSession
}

/** What an HTTP endpoint is made of. */
export interface HttpEndpointParts extends EndpointParts {
  /** Answers a request. */
  readonly serve: (call: HttpCall) => Promise<void>
}

const methods: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'POST'])

/**
 * Serves plain HTTP requests below one path, and leaves all others to whoever listened before. The same checks, counts
 * and authentication as for a WebSocket, before a procedure can run.
 */
export function openHttpEndpoint(server: Server, parts: HttpEndpointParts): { detach(): void } {
  const { limits, emit, reception, clock } = parts

  async function onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await receive(request, response)
    if (response.destroyed) return
    if (!isRefusal(call)) return parts.serve(call)
    emit('connection.refused', { status: call.status, reason: call.reason })
    refuseRequest(request, response, call)
  }

  /** Everything that is asked before a procedure may run. */
  async function receive(request: IncomingMessage, response: ServerResponse): Promise<HttpCall | Refusal> {
    const check = checkCall(request)
    if (isRefusal(check)) return check
    const stranger = reception.receive(request, check.search)
    if (isRefusal(stranger)) return stranger
    response.once('close', stranger.leave)
    const token = bearerOf(request.headers.authorization)
    const seat = await reception.seat(stranger, token)
    if (isRefusal(seat)) return seat
    if (response.destroyed) seat.leave()
    else response.once('close', seat.leave)
    const body = request.method === 'POST' ? await readBody(request, parts) : null
    if (typeof body === 'object' && body !== null) {
      if (body.status === 413) emit('connection.limit', { limit: 'frame', value: limits.inboundMaxBytes })
      return body
    }
    const procedures = check.path.slice(parts.path.length).replace(/^\//, '')
    const url = new URL(`http://localhost${request.url}`)
    const open = (wire: Wire): SocketSession => openSession(request, response, seat, wire)
    return { request, response, procedures, url, body, seat, token, open }
  }

  function openSession(request: IncomingMessage, response: ServerResponse, seat: Seat, wire: Wire): SocketSession {
    const session = new SocketSession(wire, {
      id: randomName(parts.random, 12),
      remoteAddress: request.socket.remoteAddress ?? '',
      identity: seat.identity,
      clock,
      limits,
    })
    request.socket.setNoDelay(true)
    // It is open until its reader goes, whatever the server thinks of slow requests.
    request.socket.setTimeout(0)
    response.once('close', () => {
      session.end()
      parts.keeper.remove(session, 1_000)
    })
    parts.keeper.add(session)
    return session
  }

  const isOurs = (url = ''): boolean => {
    const [path] = url.split('?', 1)
    return path === parts.path || path?.startsWith(`${parts.path}/`) === true
  }
  return takeRequests(server, isOurs, (request, response) => {
    response.on('error', () => response.destroy())
    onRequest(request, response).catch((error: unknown) => {
      emit('error.internal', { errorId: '', path: 'http', error })
      response.destroy()
    })
  })
}

/** Listens before everybody who listens already: they get only what is not ours. */
function takeRequests(server: Server, isOurs: (url?: string) => boolean, own: RequestListener): { detach(): void } {
  const others = server.listeners('request') as RequestListener[]
  const listener: RequestListener = (request, response) => {
    if (isOurs(request.url)) own(request, response)
    else for (const other of others) other.call(server, request, response)
  }
  server.removeAllListeners('request')
  server.on('request', listener)
  return {
    detach() {
      server.off('request', listener)
      for (const other of others) server.on('request', other)
    },
  }
}

/** What a request must be like, whoever sends it. */
function checkCall(request: IncomingMessage): { path: string; search: URLSearchParams } | Refusal {
  const check = checkRequest(request)
  if (!check.ok) return check
  if (!methods.has(request.method)) return { status: 405, reason: 'only GET and POST' }
  // tRPC's own client would put its connection parameters there.
  if (check.search.has('connectionParams')) return { status: 400, reason: 'credentials in the url' }
  // Only a script of the same site can send this: a form of another site, with somebody's cookie, cannot.
  if (request.method === 'POST' && !isJson(request)) return { status: 415, reason: 'a body is JSON' }
  return check
}

function refuseRequest(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
  const { status, retryAfterSeconds } = refusal
  response.setHeader('content-type', 'application/json')
  response.setHeader('connection', 'close')
  if (status === 405) response.setHeader('allow', 'GET, POST')
  if (retryAfterSeconds !== undefined) response.setHeader('retry-after', retryAfterSeconds)
  response.statusCode = status
  response.end(JSON.stringify({ error: rejectionOf(refusal) }))
  // Whoever is still sending reads our answer only when it has been allowed to finish.
  request.resume()
}

function bearerOf(header: string | undefined): string | null {
  return /^Bearer +(\S+)$/i.exec(header ?? '')?.[1] ?? null
}

function isJson(request: IncomingMessage): boolean {
  return /^application\/json(?:\s*;|$)/i.test(request.headers['content-type'] ?? '')
}
