import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { TelltaleError } from '@telltale/contract'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Clock } from '../async/clock.ts'
import { type Random, randomName } from '../async/random.ts'
import type { Identity } from '../seams/access.ts'
import type { Emit } from '../telemetry/events.ts'
import { Admission, type Leave } from './admission.ts'
import { closeCodes } from './close-codes.ts'
import type { Connection } from './connection.ts'
import { type FirstMessage, readFirstMessage } from './first-message.ts'
import type { GuardedAccess } from './guarded-access.ts'
import type { SessionKeeper } from './keeper.ts'
import type { ConnectionLimits } from './limits.ts'
import { isLoopback } from './loopback.ts'
import { SocketSession } from './session.ts'
import { checkUpgrade, refuseUpgrade } from './upgrade-guard.ts'

/** What an endpoint is made of. */
export interface EndpointParts {
  readonly path: string
  readonly access: GuardedAccess
  readonly isLocalOnly: boolean
  readonly keeper: SessionKeeper
  readonly limits: ConnectionLimits
  readonly clock: Clock
  readonly random: Random
  readonly emit: Emit
  /** Answers what to do with each message of a connection. */
  readonly serve: (connection: Connection) => (text: string) => void
}

/** Our WebSocket endpoint on somebody's HTTP server. */
export interface Endpoint {
  /** Refuses new connections from now on, with 503. */
  refuse(): void
  /** Takes our hands off the HTTP server. */
  detach(): void
}

/** Serves WebSocket upgrades of one path. Everything is checked, counted and authenticated before a procedure can run. */
export function openEndpoint(server: Server, parts: EndpointParts): Endpoint {
  const { limits, emit } = parts
  const admission = new Admission(limits)
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.inboundMaxBytes,
  })
  let isRefusing = false

  async function onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // First of all: a socket without this listener takes the process down with its first error.
    socket.on('error', () => socket.destroy())
    const refuse: Refuse = (status, reason, headers) => {
      emit('connection.refused', { status, reason })
      refuseUpgrade(socket, status, headers)
    }
    const check = checkUpgrade(request)
    if (!check.ok) return refuse(check.status, check.reason)
    if (check.path !== parts.path) {
      // Somebody else on this server may want it.
      if (server.listenerCount('upgrade') === 1) refuse(404, 'unknown path')
      return
    }
    const stranger = admit(request, check.search, refuse)
    if (!stranger) return
    socket.once('close', stranger.leave)
    if (check.search.get('connectionParams') === '1') {
      sockets.handleUpgrade(request, socket, head, (ws) => void welcomeLater(ws, stranger))
      return
    }
    const identity = await identify(stranger, null)
    if (socket.destroyed) return
    if (!identity) return refuse(401, 'not authorized')
    const seat = take(stranger, identity)
    if (!seat) return refuse(429, 'too many connections of a user', { 'retry-after': '5' })
    socket.once('close', seat)
    const { address } = stranger
    sockets.handleUpgrade(request, socket, head, (ws) =>
      welcome(ws, { request, address, identity, connectionParams: null }),
    )
  }

  /** What can be said without knowing who it is. */
  function admit(request: IncomingMessage, search: URLSearchParams, refuse: Refuse): Stranger | null {
    const address = request.socket.remoteAddress ?? ''
    const no = (...refusal: Parameters<Refuse>): null => {
      refuse(...refusal)
      return null
    }
    if (isRefusing) return no(503, 'closing', { 'retry-after': '1' })
    if (search.has('token')) return no(400, 'a token in the url')
    if (parts.isLocalOnly && !isLoopback(address)) return no(403, 'no access option: only this machine may connect')
    const leave = admission.enter(address)
    return leave ? { request, address, leave } : no(429, 'too many connections of an address', { 'retry-after': '5' })
  }

  function identify({ request, address }: Stranger, token: string | null): Promise<Identity | null> {
    return parts.access.authenticate({ token, headers: request.headers, remoteAddress: address })
  }

  /** The token comes as the first message: until then there is a deadline, and nothing is served. */
  async function welcomeLater(ws: WebSocket, stranger: Stranger): Promise<void> {
    ws.on('error', () => ws.terminate())
    const { request, address } = stranger
    const first = await readFirstMessage(ws, { clock: parts.clock, timeoutMs: limits.firstMessageTimeoutMs })
    if (first.kind === 'gone') return
    if (first.kind === 'late') {
      emit('connection.limit', { limit: 'first-message', value: limits.firstMessageTimeoutMs })
      ws.close(...closeCodes.firstMessageTimeout)
      return
    }
    const identity = await identify(stranger, first.params?.['token'] ?? null)
    const seat = identity && take(stranger, identity)
    if (!identity || !seat) return dismiss(ws, identity === null)
    ws.once('close', seat)
    welcome(ws, { request, address, identity, connectionParams: first.params }, first)
  }

  function welcome(ws: WebSocket, guest: Guest, first?: FirstMessage): void {
    const { request, address: remoteAddress, identity, connectionParams } = guest
    const { clock, random, keeper } = parts
    const session = new SocketSession(ws, {
      id: randomName(random, 12),
      wire: request.socket,
      remoteAddress,
      identity,
      clock,
      limits,
    })
    const receive = parts.serve({ session, socket: ws, request, connectionParams })
    ws.on('error', () => ws.terminate())
    ws.on('pong', () => {
      session.heardAtMs = clock.monotonic()
    })
    const onText = (text: string): void => {
      if (text === 'PONG') return
      if (text !== 'PING') return receive(text)
      // One who does not read gets no answers to pile up.
      if (session.gate.isOpen) session.send('PONG')
    }
    ws.on('message', (data: Buffer, isBinary: boolean) => {
      session.heardAtMs = clock.monotonic()
      if (isBinary) session.close('notText')
      else onText(data.toString('utf8'))
    })
    ws.once('close', (code) => {
      session.end()
      keeper.remove(session, code)
    })
    keeper.add(session)
    for (const text of first?.early ?? []) onText(text)
    first?.release()
  }

  function take({ address, leave }: Stranger, identity: Identity): Leave | null {
    const seat = admission.authenticate(address, identity['anonymous'] === true ? null : identity.userId)
    if (seat) leave()
    return seat
  }

  function dismiss(ws: WebSocket, isUnauthorized: boolean): void {
    const error = isUnauthorized
      ? new TelltaleError('UNAUTHORIZED', 'not authorized')
      : new TelltaleError('TOO_MANY_REQUESTS', 'too many connections', { retryAfterMs: 5_000 })
    emit('connection.refused', { status: isUnauthorized ? 401 : 429, reason: error.message })
    // With an error that names no request, a stock client counts this as a failed attempt and backs off.
    ws.send(JSON.stringify({ id: null, error: rejection(error) }))
    const [code, reason] = isUnauthorized ? closeCodes.unauthorized : closeCodes.tooMany
    ws.close(code, reason)
  }

  const listener = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    onUpgrade(request, socket, head).catch((error: unknown) => {
      emit('error.internal', { errorId: '', path: 'upgrade', error })
      socket.destroy()
    })
  }
  server.on('upgrade', listener)
  return {
    refuse: () => {
      isRefusing = true
    },
    detach: () => server.off('upgrade', listener),
  }
}

type Refuse = (status: number, reason: string, headers?: Record<string, string>) => void

interface Stranger {
  readonly request: IncomingMessage
  readonly address: string
  readonly leave: Leave
}

interface Guest {
  readonly request: IncomingMessage
  readonly address: string
  readonly identity: Identity
  readonly connectionParams: Record<string, string> | null
}

/** tRPC's error shape, in superjson's envelope as well as plain, for nobody's router was asked yet. */
function rejection(error: TelltaleError): object {
  const code = error.code === 'UNAUTHORIZED' ? -32001 : -32029
  const data = { code: error.code, httpStatus: error.code === 'UNAUTHORIZED' ? 401 : 429 }
  const shape = { message: error.message, code, data }
  return { ...shape, json: shape }
}
