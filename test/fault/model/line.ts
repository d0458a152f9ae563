import { defaultContract, TelltaleError } from '@telltale/contract'
import type { Connection, ConnectionState, FrameSink } from '../../../packages/client/src/connection/connection.ts'
import { Store } from '../../../packages/client/src/lib/store.ts'
import { SignalledGate } from '../../../packages/server/src/async/gate.ts'
import type { Session } from '../../../packages/server/src/seams/session.ts'
import { Lane, offerLane } from '../../../packages/server/src/transport/lane.ts'
import type { SubscribeInput } from '../../../packages/server/src/trpc/subscribing.ts'
import type { Engine } from './engine.ts'

interface Wanted {
  readonly input: SubscribeInput
  readonly sink: FrameSink
  lastEventId: string | null
}

interface Socket extends Session {
  readonly gate: SignalledGate
  readonly running: Map<number, AbortController>
  readonly closing: AbortController
}

/** What is under way to the client. */
type Packet = { readonly id: number } & (
  | { readonly position: string; readonly frame: unknown }
  | { readonly error: TelltaleError | null }
)

/** A client's connection as tRPC's client has it, and the server's adapter behind it, with a line between that is told what to do. */
export class Line implements Connection {
  readonly state = new Store<ConnectionState>('open')
  readonly transport = new Store<'websocket' | null>('websocket')
  /** Where the last stream that stands in for another begins. */
  replacedAt: string | null = null
  /** Where its first stream began. */
  beganAt: string | null = null
  isPaused = false
  readonly #engine: Engine
  readonly #userId: string
  readonly #wanted = new Map<number, Wanted>()
  #underWay: Packet[] = []
  #socket: Socket | null = null
  #ids = 0

  constructor(engine: Engine, userId: string) {
    this.#engine = engine
    this.#userId = userId
    this.#socket = this.#connect()
  }

  get isOpen(): boolean {
    return this.#socket !== null
  }

  get hasRoom(): boolean {
    return !this.isPaused
  }

  query(): Promise<unknown> {
    return Promise.resolve(defaultContract.names.map((name) => ({ name })))
  }

  mutate(): Promise<unknown> {
    return Promise.reject(new TelltaleError('DISPOSED', 'nobody writes here'))
  }

  subscribe(_procedure: string, input: unknown, sink: FrameSink): () => void {
    const id = ++this.#ids
    const asked = input as SubscribeInput
    if (asked.replaces !== undefined && typeof asked.from === 'object' && 'after' in asked.from) {
      this.replacedAt = asked.from.after
    }
    const wanted = { input: asked, sink, lastEventId: null }
    this.#wanted.set(id, wanted)
    if (this.#socket) void this.#open(this.#socket, id, wanted)
    return () => {
      this.#wanted.delete(id)
      this.#socket?.running.get(id)?.abort()
    }
  }

  async close(): Promise<void> {
    this.drop()
  }

  /** The connection is gone, with all that was under way. */
  drop(): void {
    const socket = this.#socket
    this.#socket = null
    this.#underWay = []
    this.state.set('connecting')
    socket?.closing.abort()
    for (const controller of socket?.running.values() ?? []) controller.abort()
    socket?.gate.open()
  }

  /** Another connection: everything that is wanted is asked for again, behind the last event it had. */
  reconnect(): void {
    if (this.#socket) return
    const socket = this.#connect()
    this.#socket = socket
    this.state.set('open')
    for (const [id, wanted] of this.#wanted) void this.#open(socket, id, wanted)
  }

  /** The socket takes nothing more, or takes everything again. */
  pause(isPaused: boolean): void {
    this.isPaused = isPaused
    this.#socket?.gate.release()
  }

  /** Hands over what is under way; answers how much it was. */
  deliver(most: number): number {
    let delivered = 0
    for (let packet = this.#underWay.shift(); packet; packet = this.#underWay.shift()) {
      const wanted = this.#wanted.get(packet.id)
      if (wanted && 'frame' in packet) {
        this.beganAt ??= packet.position
        wanted.sink.frame(packet.position, packet.frame)
        wanted.lastEventId = packet.position
      } else if (wanted && 'error' in packet) {
        this.#wanted.delete(packet.id)
        wanted.sink.ended(packet.error)
      }
      if (++delivered >= most) break
    }
    return delivered
  }

  #connect(): Socket {
    const closing = new AbortController()
    return {
      id: `${this.#userId} ${++this.#ids}`,
      identity: { userId: this.#userId },
      gate: new SignalledGate(this, this.#engine.clock),
      transport: 'websocket',
      signal: closing.signal,
      running: new Map(),
      closing,
    }
  }

  async #open(socket: Socket, id: number, wanted: Wanted): Promise<void> {
    const controller = new AbortController()
    socket.running.set(id, controller)
    const send = (packet: Packet): void => {
      if (this.#socket === socket) this.#underWay.push(packet)
    }
    const sendFrame = (position: string, frame: unknown): void =>
      send({ id, position, frame: JSON.parse(JSON.stringify(frame)) })
    const end = (error: TelltaleError | null): void => {
      socket.running.delete(id)
      send({ id, error })
    }
    try {
      const { lastEventId } = wanted
      const input = lastEventId === null ? wanted.input : { ...wanted.input, lastEventId }
      const caller = { identity: socket.identity, session: socket }
      const path = 'status.subscribe'
      offerLane(controller.signal, path)
      const opened: unknown = await this.#engine.subscribe(caller, input, { signal: controller.signal, path })
      if (!(opened instanceof Lane)) throw new Error('a stream without a lane')
      const running = opened.serve({
        frame: ({ position, frame }) => sendFrame(position, frame),
        ended: () => end(null),
        failed: (error) => end(toError(error)),
      })
      const stop = (): void => running.abort()
      if (controller.signal.aborted) stop()
      else controller.signal.addEventListener('abort', stop, { once: true })
    } catch (error) {
      end(toError(error))
    }
  }
}

function toError(error: unknown): TelltaleError {
  return TelltaleError.isInstance(error) ? error : new TelltaleError('INTERNAL', String(error))
}
