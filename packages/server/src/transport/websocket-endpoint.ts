import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { randomName } from '../async/random.ts'
import { type CloseReason, closeCodes } from './close-codes.ts'
import type { Connection } from './connection.ts'
import type { EndpointParts } from './endpoint.ts'
import { type FirstMessage, readFirstMessage } from './first-message.ts'
import { isRefusal, type Refusal, type Seat, type Stranger } from './reception.ts'
import { rejectionOf } from './rejection.ts'
import { checkRequest, refuseUpgrade } from './request-guard.ts'
import { createSocketListeners, ServedSocket } from './served-socket.ts'
import { SocketSession } from './session.ts'
import { websocketWire } from './websocket-wire.ts'

/** What a WebSocket endpoint is made of. */
export interface WebsocketEndpointParts extends EndpointParts {
  /** Answers what to do with each message of a connection. */
  readonly serve: (connection: Connection) => (text: string) => void
}

/** How long a peer that was said goodbye to has to answer, in milliseconds. */
const goodbyeMs = 1_000
/** By which code a refusal that comes only behind the handshake is said. */
const goodbyes: { readonly [status: number]: CloseReason } = { 401: 'unauthorized', 503: 'unavailable' }
/** Most pieces of one message. */
const fragmentsMax = 64

/** Serves WebSocket upgrades of one path. Everything is checked, counted and authenticated before a procedure can run. */
export function openWebsocketEndpoint(server: Server, parts: WebsocketEndpointParts): { detach(): void } {
  const { limits, emit, reception, clock, random, keeper } = parts
  const listeners = createSocketListeners(parts)
  // Apart, for the package's types do not know all that it takes.
  const options = {
    noServer: true,
    WebSocket: ServedSocket,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.inboundMaxBytes,
    // A message of few bytes has no need of many pieces, and each piece costs its own memory.
    maxFragments: fragmentsMax,
    closeTimeout: goodbyeMs,
  }
  const sockets = new WebSocketServer(options)

  /** Those that are open and have not been let in yet. */
  const strangers = new Set<ServedSocket>()

  async function onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // First of all: a socket without this listener takes the process down with its first error.
    socket.on('error', destroy)
    const refuse = (refusal: Refusal): void => {
      emit('connection.refused', { status: refusal.status, reason: refusal.reason })
      refuseUpgrade(socket, refusal)
    }
    const check = checkRequest(request)
    if (!check.ok) return refuse(check)
    if (check.path !== parts.path) {
      // Somebody else on this server may want it.
      if (server.listenerCount('upgrade') === 1) refuse({ status: 404, reason: 'unknown path' })
      return
    }
    const hasToken = check.search.get('connectionParams') === '1'
    const unwanted = reception.judge(request, hasToken)
    if (unwanted) return refuse(unwanted)
    const stranger = reception.receive(request, check.search)
    if (isRefusal(stranger)) return refuse(stranger)
    socket.once('close', stranger.leave)
    if (hasToken) {
      sockets.handleUpgrade(request, socket, head, (ws) => {
        greet(ws, socket, stranger)
        void welcomeLater(ws, stranger)
      })
      return
    }
    const seat = await reception.seat(stranger, null)
    if (socket.destroyed) return
    if (isRefusal(seat)) return refuse(seat)
    sockets.handleUpgrade(request, socket, head, (ws) => {
      greet(ws, socket, stranger)
      welcome(ws, { stranger, seat, connectionParams: null })
    })
  }

  /** The WebSocket takes the place of its socket; nothing of the request is left behind there. */
  function greet(ws: ServedSocket, socket: Duplex, { place, leave }: Stranger): void {
    ws.place = place
    listeners.watch(ws)
    socket.off('close', leave)
    socket.off('error', destroy)
  }

  /** The token comes as the first message: until then there is a deadline, and nothing is served. */
  async function welcomeLater(ws: ServedSocket, stranger: Stranger): Promise<void> {
    const forget = (): void => void strangers.delete(ws)
    strangers.add(ws)
    ws.on('close', forget)
    const first = await readFirstMessage(ws, { clock, timeoutMs: limits.firstMessageTimeoutMs })
    if (first.kind === 'gone') return
    if (first.kind === 'late') {
      emit('connection.limit', { limit: 'first-message', value: limits.firstMessageTimeoutMs })
      ws.close(...closeCodes.firstMessageTimeout)
      return
    }
    const seat = await reception.seat(stranger, first.params?.['token'] ?? null)
    if (isRefusal(seat)) return dismiss(ws, seat)
    if (ws.readyState === ws.CLOSED) return
    forget()
    ws.off('close', forget)
    welcome(ws, { stranger, seat, connectionParams: first.params }, first)
  }

  function welcome(ws: ServedSocket, guest: Guest, first?: FirstMessage): void {
    const { connectionParams, seat } = guest
    const { request, address: remoteAddress } = guest.stranger
    const session = new SocketSession(websocketWire(ws, request.socket), {
      id: randomName(random, 12),
      credentials: { headers: request.headers, remoteAddress },
      identity: seat.identity,
      clock,
      limits,
    })
    ws.session = session
    ws.receive = parts.serve({ session, response: ws, request, connectionParams })
    keeper.add(session)
    listeners.hear(ws, first?.early ?? [])
    first?.release()
  }

  function dismiss(ws: ServedSocket, refusal: Refusal): void {
    emit('connection.refused', { status: refusal.status, reason: refusal.reason })
    // With an error that names no request, a stock client counts this as a failed attempt and backs off.
    ws.send(JSON.stringify({ id: null, error: rejectionOf(refusal) }))
    const [code, reason] = closeCodes[goodbyes[refusal.status] ?? 'tooMany']
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
    detach() {
      server.off('upgrade', listener)
      // Nobody would ever ask them again who they are.
      for (const ws of strangers) ws.terminate()
    },
  }
}

function destroy(this: Duplex): void {
  this.destroy()
}

interface Guest {
  readonly stranger: Stranger
  readonly seat: Seat
  readonly connectionParams: Record<string, string> | null
}
