import type { Socket } from 'node:net'
import { WebSocket } from 'ws'
import type { Received } from './commands.ts'
import type { ReaderProtocol } from './contenders/contender.ts'
import { conversationId, draftOf, machineMicros, marker, seqBase, seqDigits, type Update } from './update.ts'

/** What the readers of a process count together. */
export type Tally = { -readonly [TName in Exclude<keyof Received, 'elapsedMs' | 'cpuMs'>]: Received[TName] }

/** A tally of nothing yet. */
export function newTally(): Tally {
  return {
    updates: 0,
    messages: 0,
    bytes: 0,
    wireBytes: 0,
    missed: 0,
    disordered: 0,
    parsed: 0,
    problem: null,
    latenciesMicros: [],
  }
}

/** Keeps the first thing that was wrong, and tells it at once: what follows may never come to an end. */
function complain(tally: Tally, problem: string): void {
  if (tally.problem === null) console.error(`READERS: ${problem}`)
  tally.problem ??= problem
}

/** What all readers of a process share. */
export interface ReaderParts {
  readonly protocol: ReaderProtocol
  readonly url: string
  readonly tally: () => Tally
  /** Told of each update number that ends a stretch of `ackEvery`. */
  readonly onReached: (number: number) => void
  readonly ackEvery: number
}

/**
 * A bare socket that counts updates without parsing them: the first and the last `seq` of a message say how many it
 * has and whether they follow on the message before.
 */
export class Reader {
  /** Every so many-th message is also parsed, and its updates compared with what was said. */
  parsesEvery: number | null = null
  isTimed = false
  readonly #parts: ReaderParts
  readonly #socket: WebSocket
  #stream: Socket | null = null
  #last = 0
  #received = 0
  #nextAck: number

  constructor(parts: ReaderParts) {
    this.#parts = parts
    this.#nextAck = parts.ackEvery
    this.#socket = new WebSocket(parts.url, {
      perMessageDeflate: parts.protocol.deflates ?? false,
      skipUTF8Validation: true,
    })
    this.#socket.on('upgrade', (response) => {
      this.#stream = response.socket
    })
    this.#socket.on('message', (data: Buffer) => this.#receive(data))
    this.#socket.on('error', (error) => complain(parts.tally(), `socket: ${error.message}`))
    this.#socket.on('close', (code) => complain(parts.tally(), `a socket was closed with ${code}`))
  }

  /** All that came over the socket so far. */
  get wireBytes(): number {
    return this.#stream?.bytesRead ?? 0
  }

  /** Settles when the connection is open and the reader has said what it wants. */
  async open(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#socket.once('open', () => resolve())
      this.#socket.once('error', reject)
    })
    if (this.#parts.protocol.hello !== null) this.#socket.send(this.#parts.protocol.hello)
  }

  #receive(data: Buffer): void {
    const at = this.isTimed ? machineMicros() : 0
    const tally = this.#parts.tally()
    const place = data.indexOf(marker)
    if (place < 0) return this.#control(data.toString())
    const first = numberAt(data, place)
    const last = numberAt(data, data.lastIndexOf(marker))
    tally.messages++
    tally.bytes += data.length
    tally.updates += last - first + 1
    if (first !== this.#last + 1) this.#complainOfOrder(tally, first, data)
    const isParsed = this.parsesEvery !== null && this.#received++ % this.parsesEvery === 0
    if (isParsed || this.isTimed) this.#parse(tally, data.toString(), { first, last, at })
    this.#last = Math.max(this.#last, last)
    for (; last >= this.#nextAck; this.#nextAck += this.#parts.ackEvery) this.#parts.onReached(this.#nextAck)
  }

  #control(text: string): void {
    try {
      const { reply } = this.#parts.protocol.receive(text)
      if (reply !== undefined) this.#socket.send(reply)
    } catch (error) {
      complain(this.#parts.tally(), String(error))
    }
  }

  #complainOfOrder(tally: Tally, first: number, data: Buffer): void {
    if (first > this.#last) tally.missed += first - this.#last - 1
    else tally.disordered++
    const text = data.toString('utf8', 0, 300)
    complain(tally, `update ${first} came after ${this.#last}, in ${text}`)
  }

  #parse(tally: Tally, text: string, { first, last, at }: { first: number; last: number; at: number }): void {
    try {
      const updates = this.#parts.protocol.parse(text)
      if (updates.length !== last - first + 1) throw new Error(`${updates.length} updates in ${first} to ${last}`)
      for (const [index, update] of updates.entries()) checkUpdate(update, first + index)
      tally.parsed += updates.length
      const sentAt = updates[0]?.metadata.sentMicros
      if (this.isTimed && sentAt !== undefined) tally.latenciesMicros = [...tally.latenciesMicros, at - sentAt]
    } catch (error) {
      complain(tally, String(error))
    }
  }
}

/** The number of the update whose marker stands at a place. */
function numberAt(data: Buffer, place: number): number {
  let seq = 0
  const begin = place + marker.length
  for (let index = begin; index < begin + seqDigits; index++) seq = seq * 10 + ((data[index] ?? 0) - 48)
  return seq - seqBase
}

function checkUpdate(update: Update, number: number): void {
  const { text, metadata } = draftOf(number)
  const isWhole =
    update.conversationId === conversationId &&
    update.text === text &&
    update.metadata.seq === metadata.seq &&
    update.metadata.query === metadata.query &&
    !Number.isNaN(Date.parse(update.timestamp))
  if (!isWhole) throw new Error(`update ${number} came as ${JSON.stringify(update)}`)
}
