import type { EventEmitter } from 'node:events'
import { WebSocket } from 'ws'
import type { Place } from './admission.ts'
import type { EndpointParts } from './endpoint.ts'
import { InboundRate } from './inbound-rate.ts'
import type { SocketSession } from './session.ts'

/**
 * A socket that was upgraded, with all that belongs to it: what listens to it is shared by all sockets, and finds the rest
 * here.
 */
export class ServedSocket extends WebSocket {
  /** Where it is counted. */
  place: Place | null = null
  /** Of one who has been let in; `null` before. */
  session: SocketSession | null = null
  /** What to do with each message then. */
  receive: (text: string) => void = ignore
  /** When it may send as much as a second holds again. */
  fullAtMs = 0
}

/** Listens to sockets. */
export interface SocketListeners {
  /** To its end, from the moment it is one. */
  watch(ws: ServedSocket): void
  /** To what it says, once it has been let in; what it said before is heard first. */
  hear(ws: ServedSocket, early: readonly string[]): void
}

/** Builds what listens to the sockets of an endpoint: the same few functions for all of them. */
export function createSocketListeners(
  parts: Pick<EndpointParts, 'limits' | 'clock' | 'keeper' | 'emit'>,
): SocketListeners {
  const { limits, clock, keeper, emit } = parts
  const rate = new InboundRate(limits.inboundPerSecond)

  function onMessage(this: ServedSocket, data: Buffer, isBinary: boolean): void {
    const { session } = this
    // It was said goodbye to: what it goes on to say is not heard.
    if (!session?.isOpen) return
    const now = clock.monotonic()
    session.heardAtMs = now
    this.fullAtMs = rate.take(this.fullAtMs, now)
    const waitMs = rate.waitMs(this.fullAtMs, now)
    if (waitMs > 0) slowDown(this, waitMs)
    if (isBinary) session.close('notText')
    else onText(this, data.toString('utf8'))
  }

  /** Whoever sends too much is read more slowly: what cannot be sent waits with the sender. */
  function slowDown(ws: ServedSocket, waitMs: number): void {
    if (ws.isPaused) return
    emit('connection.limit', { limit: 'rate', value: limits.inboundPerSecond })
    ws.pause()
    clock.after(waitMs, () => ws.resume())
  }

  function onPong(this: ServedSocket): void {
    if (this.session) this.session.heardAtMs = clock.monotonic()
  }

  function onClose(this: ServedSocket, code: number): void {
    this.place?.leave()
    this.session?.end()
    if (this.session) keeper.remove(this.session, code)
  }

  return {
    watch(ws) {
      // As Node has them: the package's types say of `this` only that it is a socket.
      const events: EventEmitter = ws
      events.on('error', onError).on('close', onClose)
    },
    hear(ws, early) {
      const events: EventEmitter = ws
      events.on('pong', onPong).on('message', onMessage)
      for (const text of early) onText(ws, text)
    },
  }
}

function onText({ session, receive }: ServedSocket, text: string): void {
  if (text === 'PONG') return
  if (text !== 'PING') return receive(text)
  // One who does not read gets no answers to pile up.
  if (session?.gate.isOpen) session.send('PONG')
}

function onError(this: ServedSocket): void {
  this.terminate()
}

function ignore(): void {
  // Nobody has been let in.
}
