import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'

/** Without progress for so long, something is lost. */
const stalledAfterMs = 20_000

/** How far the slowest reader is, told by the process with the readers over a socket beside the measured ones. */
export class Flow {
  readonly port: number
  #acked = 0
  #wake: (() => void) | null = null

  static async open(): Promise<Flow> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
    await once(server, 'listening')
    return new Flow(server)
  }

  private constructor(server: WebSocketServer) {
    this.port = (server.address() as AddressInfo).port
    server.on('connection', (socket) => {
      socket.on('message', (data: Buffer) => {
        this.#acked = data.readUInt32BE(0)
        this.#wake?.()
        this.#wake = null
      })
    })
  }

  /** The number of the last update that every reader has. */
  get acked(): number {
    return this.#acked
  }

  /** Settles when the readers got further. */
  progress(): Promise<void> {
    return new Promise((resolve, reject) => {
      const stalled = setTimeout(
        () => reject(new Error(`the slowest reader stands at update ${this.#acked} since ${stalledAfterMs} ms`)),
        stalledAfterMs,
      )
      this.#wake = () => {
        clearTimeout(stalled)
        resolve()
      }
    })
  }
}
