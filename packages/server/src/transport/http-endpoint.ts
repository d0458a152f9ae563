import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { randomName } from '../async/random.ts'
import { claimRequests } from './claims.ts'
import { admitOrigin } from './cross-origin.ts'
import type { EndpointParts } from './endpoint.ts'
import { readBody } from './http-body.ts'
import { refuseRequest } from './http-refusal.ts'
import { type Guest, isRefusal, type Refusal } from './reception.ts'
import { checkRequest } from './request-guard.ts'
import { SocketSession } from './session.ts'
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
  readonly identity: Guest['identity']
  /** From the `Authorization` header. */
  readonly token: string | null
  /** Answers with a refusal instead. */
  readonly refuse: (refusal: Refusal) => void
  /** Takes one of the user's seats, as an answer that lasts has to; says why not when there is none. */
  readonly sit: () => Refusal | null
  /** Makes the response a connection, looked after like any other until it ends. */
  readonly open: (wire: Wire) => SocketSession
}

/** What an HTTP endpoint is made of. */
export interface HttpEndpointParts extends EndpointParts {
  /** Other origins whose pages may ask. */
  readonly origins: ReadonlySet<string>
  /** Answers a request. */
  readonly serve: (call: HttpCall) => Promise<void>
}

const methods: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'POST'])
/** Longest URL: a batch of queries has its inputs in it. Node takes 16 KiB of headers in all. */
const urlMaxLength = 12_288

/**
 * Serves plain HTTP requests below one path, and leaves all others to whoever listens. The same checks, counts and
 * authentication as for a WebSocket, before a procedure can run.
 */
export function openHttpEndpoint(server: Server, parts: HttpEndpointParts): { detach(): void } {
  const { limits, emit, reception, clock } = parts
  const below = parts.path === '/' ? '/' : `${parts.path}/`

  async function onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refuse = (refusal: Refusal): void => {
      emit('connection.refused', { status: refusal.status, reason: refusal.reason })
      refuseRequest(request, response, refusal)
    }
    const call = await receive(request, response, refuse)
    if (response.destroyed) return
    if (isRefusal(call)) refuse(call)
    else await parts.serve(call)
  }

  /** Everything that is asked before a procedure may run. */
  async function receive(
    request: IncomingMessage,
    response: ServerResponse,
    refuse: HttpCall['refuse'],
  ): Promise<HttpCall | Refusal> {
    const check = checkCall(request)
    if (isRefusal(check)) return check
    const bearer = bearerOf(request.headers.authorization)
    const unwanted = reception.judge(request, bearer !== null)
    if (unwanted) return unwanted
    const stranger = reception.receive(request, check.search)
    if (isRefusal(stranger)) return stranger
    response.once('close', stranger.leave)
    const guest = await reception.know(stranger, bearer)
    if (isRefusal(guest)) return guest
    leaveWith(response, guest.leave)
    const body = request.method === 'POST' ? await readBody(request, parts) : null
    if (typeof body === 'object' && body !== null) {
      if (body.status === 413) emit('connection.limit', { limit: 'frame', value: limits.inboundMaxBytes })
      return body
    }
    return {
      request,
      response,
      procedures: check.path.slice(below.length),
      url: new URL(`http://localhost${request.url}`),
      body,
      identity: guest.identity,
      token: bearer,
      refuse,
      sit() {
        const stand = guest.sit()
        if (typeof stand !== 'function') return stand
        leaveWith(response, stand)
        return null
      },
      open: (wire) => openSession(request, response, guest, wire),
    }
  }

  function openSession(request: IncomingMessage, response: ServerResponse, guest: Guest, wire: Wire): SocketSession {
    const session = new SocketSession(wire, {
      id: randomName(parts.random, 12),
      credentials: { headers: request.headers, remoteAddress: request.socket.remoteAddress ?? '' },
      identity: guest.identity,
      clock,
      limits,
    })
    request.socket.setNoDelay(true)
    // It is open until its reader goes, whatever the server thinks of slow requests.
    request.socket.setTimeout(0)
    parts.keeper.add(session)
    leaveWith(response, () => {
      session.end()
      parts.keeper.remove(session, 1_000)
    })
    return session
  }

  const isOurs = (url: string): boolean => {
    const [path = ''] = url.split('?', 1)
    return path === parts.path || path.startsWith(below)
  }
  return claimRequests(server, isOurs, (request, response) => {
    response.on('error', () => response.destroy())
    if (admitOrigin(request, response, parts.origins)) return
    onRequest(request, response).catch((error: unknown) => {
      emit('error.internal', { errorId: '', path: 'http', error })
      response.destroy()
    })
  })
}

/** Gives something back when a response is over, which it may be already. */
function leaveWith(response: ServerResponse, leave: () => void): void {
  if (response.destroyed) leave()
  else response.once('close', leave)
}

/** What a request must be like, whoever sends it. */
function checkCall(request: IncomingMessage): { path: string; search: URLSearchParams } | Refusal {
  const check = checkRequest(request, urlMaxLength)
  if (!check.ok) return check
  if (!methods.has(request.method)) return { status: 405, reason: 'only GET and POST' }
  // tRPC's own client would put its connection parameters there.
  if (check.search.has('connectionParams')) return { status: 400, reason: 'credentials in the url' }
  if (request.method !== 'POST') return check
  // Only a script of the same site can send this: a form of another site, with somebody's cookie, cannot.
  if (!isJson(request) || request.headers['content-encoding']) return { status: 415, reason: 'a body is plain JSON' }
  return check
}

function bearerOf(header: string | undefined): string | null {
  return /^Bearer +(\S+)$/i.exec(header ?? '')?.[1] ?? null
}

function isJson(request: IncomingMessage): boolean {
  return /^application\/json(?:\s*;|$)/i.test(request.headers['content-type'] ?? '')
}
