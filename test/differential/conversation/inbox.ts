import { EventEmitter, once } from 'node:events'
import type { WebSocket } from 'ws'
import { patienceMs } from '../app/stage.ts'

/** Whatever a client gets to see: a message, a pong, the end. */
export type Heard = unknown

/** What a client heard and has not looked at yet. */
export class Inbox {
  readonly #events = new EventEmitter()
  #heard: Heard[] = []
  #isOver = false
  /** After a silence nobody expected, the rest is only for the record. */
  #patienceMs = patienceMs

  constructor(socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.#add(parse(data.toString('utf8'))))
    socket.on('pong', (data) => this.#add({ pong: data.toString('utf8') }))
    socket.once('close', (code, reason) => {
      this.#isOver = true
      this.#add({ closed: code, ...(reason.length > 0 && { reason: reason.toString('utf8') }) })
    })
    socket.on('error', () => {})
  }

  /** The next ones; fewer than asked for when no more come. */
  async take(count: number): Promise<Heard[]> {
    await this.#until(() => this.#heard.length >= count)
    return this.#heard.splice(0, count)
  }

  /** All before the first that this is true for, which is dropped. */
  async takeUntil(isLast: (heard: Heard) => boolean): Promise<Heard[]> {
    await this.#until(() => this.#heard.some(isLast))
    const last = this.#heard.findIndex(isLast)
    return last < 0 ? this.#heard.splice(0) : this.#heard.splice(0, last + 1).slice(0, -1)
  }

  async #until(isEnough: () => boolean): Promise<void> {
    const signal = AbortSignal.timeout(this.#patienceMs)
    // Silence is an answer too: it shows in the transcript as what is missing there.
    while (!isEnough() && !this.#isOver && !signal.aborted) {
      await once(this.#events, 'heard', { signal }).catch(() => {})
    }
    if (signal.aborted) this.#patienceMs = 50
  }

  #add(heard: Heard): void {
    this.#heard.push(heard)
    this.#events.emit('heard')
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
