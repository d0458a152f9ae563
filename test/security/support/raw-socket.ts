import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { frame, opcodes, readFrames } from './frames.ts'

/** How long something that is known to come may take, in milliseconds. */
const patienceMs = 8_000

/** What an upgrade asks for. */
export interface UpgradeOptions {
  /** @default '/trpc' */
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** The request of an upgrade, as it stands on the wire. */
export function upgradeText({ path = '/trpc', headers = {} }: UpgradeOptions = {}): string {
  const all = {
    Host: 'localhost',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    ...headers,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`
}

/** A connection without any manners of its own: it sends bytes, and writes down what comes back. */
export class RawSocket {
  readonly socket: Socket
  /** What came before the first frame: the answer to the upgrade. */
  head = ''
  readonly texts: string[] = []
  readonly pongs: string[] = []
  /** The code that the server closed with. */
  closeCode: number | null = null
  isEnded = false
  #rest: Buffer = Buffer.alloc(0)
  readonly #looks = new Set<() => void>()

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1')
    this.socket.on('error', () => undefined)
    this.socket.on('data', (chunk: Buffer) => this.#hear(chunk))
    this.socket.once('close', () => {
      this.isEnded = true
      for (const look of [...this.#looks]) look()
    })
  }

  /** The status of the answer to the upgrade; 0 before it is there. */
  get status(): number {
    return Number(this.head.split(' ', 2)[1] ?? 0)
  }

  /** The messages, read as JSON. */
  get messages(): {
    id: unknown
    result?: { type?: string; data?: unknown }
    error?: { json?: { message: string } }
  }[] {
    return this.texts.filter((text) => text.startsWith('{')).map((text) => JSON.parse(text))
  }

  /** Sends texts, each as one whole message. */
  say(...texts: readonly string[]): void {
    this.socket.write(Buffer.concat(texts.map((text) => frame(opcodes.text, text))))
  }

  /** Sends requests, all in one message. */
  ask(...requests: readonly object[]): void {
    this.say(JSON.stringify(requests.length === 1 ? requests[0] : requests))
  }

  /** Waits for what is known to come; it is looked for whenever something has come. */
  async until(isSo: () => boolean): Promise<void> {
    if (isSo()) return
    const patience = AbortSignal.timeout(patienceMs)
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (!isSo()) return
        this.#looks.delete(look)
        resolve()
      }
      this.#looks.add(look)
      patience.addEventListener('abort', () => {
        this.#looks.delete(look)
        reject(new Error(`it did not come; what came last: ${this.texts.slice(-3).join().slice(0, 1_000)}`))
      })
    })
  }

  /** Waits until a text has come. */
  hears(part: string): Promise<void> {
    return this.until(() => this.texts.some((text) => text.includes(part)))
  }

  /** Waits until the server has said goodbye or hung up, and answers the code; `null` when it said none. */
  async closed(): Promise<number | null> {
    await this.until(() => this.isEnded || this.closeCode !== null)
    return this.closeCode
  }

  destroy(): void {
    this.socket.destroy()
  }

  #hear(chunk: Buffer): void {
    this.#read(chunk)
    for (const look of [...this.#looks]) look()
  }

  #read(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk])
    if (!this.head.includes('\r\n\r\n')) {
      const end = this.#rest.indexOf('\r\n\r\n')
      if (end < 0) return
      this.head = this.#rest.subarray(0, end + 4).toString('latin1')
      this.#rest = this.#rest.subarray(end + 4)
    }
    this.#rest = readFrames(this.#rest, ({ opcode, payload }) => {
      if (opcode === opcodes.text) this.texts.push(payload.toString())
      else if (opcode === opcodes.pong) this.pongs.push(payload.toString())
      else if (opcode === opcodes.close) this.closeCode = payload.length >= 2 ? payload.readUInt16BE() : 1_005
    })
  }
}

/** Opens a WebSocket by hand. */
export async function openRaw(port: number, options: UpgradeOptions = {}): Promise<RawSocket> {
  const raw = new RawSocket(port)
  raw.socket.write(upgradeText(options))
  await raw.until(() => raw.head !== '' || raw.isEnded)
  if (raw.status !== 101) throw new Error(`the upgrade was answered with ${raw.status}`)
  return raw
}

/** The status that an upgrade is answered with; whoever gets in goes again. */
export async function knock(port: number, request: string | Buffer): Promise<number> {
  const raw = new RawSocket(port)
  raw.socket.write(request)
  await raw.until(() => raw.head !== '' || raw.isEnded)
  raw.destroy()
  return raw.status
}

/** The whole answer to a request, as text, once the server has hung up. */
export async function answerTo(port: number, ...parts: readonly (string | Buffer)[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let answer = ''
  socket.on('error', () => undefined)
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString('latin1')
  })
  for (const part of parts) socket.write(part)
  await new Promise((resolve) => socket.once('close', resolve))
  return answer
}
