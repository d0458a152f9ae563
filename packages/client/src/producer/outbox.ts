import { type Drained, SheddingQueue } from '@telltale/contract/producer'
import { errorCodes, isErrorCode, TelltaleError } from '@telltale/contract/wire'
import type { Connection } from '../connection/connection.ts'
import { type BackoffLimits, fullJitter } from '../lib/backoff.ts'
import type { Clock } from '../lib/clock.ts'
import type { ProducerSink } from './events.ts'
import { jsonBytes, type Saying } from './saying.ts'

/** Most updates in a message, and most of their bytes: the server takes messages of 64 KiB. */
const batchMax = 100
const batchMaxBytes = 48 * 1_024

/** What an outbox works with. */
export interface OutboxParts {
  readonly connection: Connection
  readonly clock: Clock
  readonly random: () => number
  readonly backoff: BackoffLimits
  /** Most updates that wait. */
  readonly queueLimit: number
  readonly tell: ProducerSink
  readonly nextId: () => string
  /** Called before each message; settles with the name to send it under. */
  readonly identify: () => Promise<string>
  /** A message was taken: as good as a sign of life. */
  readonly onSent: () => void
}

type Packet = Drained<Saying>
interface Message {
  readonly packet: Packet
  readonly json: { readonly id: string }
  readonly bytes: number
}

/**
 * What waits to be sent: a bounded queue, and one message at a time, so that the order stays. A message is sent until it is
 * answered; its updates are named, so that one that was taken is not taken twice.
 */
export class Outbox {
  readonly #parts: OutboxParts
  readonly #queue: SheddingQueue<Saying>
  #sending: Message[] = []
  #isRunning = false
  #end: TelltaleError | null = null
  #attempt = 0
  #wake: (() => void) | null = null
  #idle: Array<() => void> = []

  constructor(parts: OutboxParts) {
    this.#parts = parts
    this.#queue = new SheddingQueue(parts.queueLimit, (item) => {
      parts.tell('producer.shed', { category: item.type })
      return true
    })
  }

  /** How many wait. */
  get size(): number {
    return this.#queue.size + this.#sending.length
  }

  /** Puts one in and returns at once. */
  push(saying: Saying): void {
    if (this.#end) return this.#parts.tell('producer.undelivered', { count: 1 })
    this.#queue.push(saying, this.#sending.length)
    if (!this.#isRunning) void this.#run()
  }

  /** Settles when everything that was put in so far has been answered, or will never be. */
  flush(): Promise<void> {
    if (!this.#isRunning) return Promise.resolve()
    return new Promise((resolve) => this.#idle.push(resolve))
  }

  /** Does not wait any longer to try again. */
  hurry(): void {
    this.#wake?.()
  }

  /** Gives up what waits. */
  stop(reason: TelltaleError): void {
    if (this.#end) return
    this.#end = reason
    if (this.size > 0) this.#parts.tell('producer.undelivered', { count: this.size })
    this.#queue.drain()
    this.#sending = []
    this.hurry()
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    // What is said in the same turn goes together.
    await Promise.resolve()
    while (!this.#end && this.size > 0) {
      if (this.#sending.length === 0)
        this.#sending = this.#queue.take(batchMax).map((packet) => this.#toMessage(packet))
      let messages: readonly Message[] = []
      try {
        const producer = await this.#parts.identify()
        this.#dropLapsed(producer)
        messages = this.#fitting()
        if (messages.length === 0) continue
        const updates = messages.map(({ json }) => json)
        const outcome = await this.#parts.connection.mutate('status.publishMany', { updates, producer })
        this.#parts.onSent()
        this.#answered(messages, rejectionsIn(outcome))
      } catch (error) {
        this.#failed(messages, error)
      }
      if (this.#attempt > 0 && !this.#end) await this.#rest()
    }
    this.#isRunning = false
    const idle = this.#idle
    this.#idle = []
    for (const resolve of idle) resolve()
  }

  /** What was said of spans that are lost since must not be sent: nobody would believe it. */
  #dropLapsed(producer: string): void {
    this.#sending = this.#sending.filter((message) => {
      const { item } = message.packet
      if (!item?.span || item.producer === producer) return true
      this.#reject(message, 'INVALID_INPUT', 'its span was lost')
      return false
    })
  }

  /** As many of those that are to be sent as fit into a message. */
  #fitting(): Message[] {
    let bytes = 0
    const end = this.#sending.findIndex((message, index) => {
      bytes += message.bytes
      return index > 0 && bytes > batchMaxBytes
    })
    return end < 0 ? this.#sending : this.#sending.slice(0, end)
  }

  #answered(sent: readonly Message[], rejections: readonly Rejection[]): void {
    const again: Message[] = []
    for (const { index, code, message } of rejections) {
      const rejected = sent[index]
      if (!rejected) continue
      if (isErrorCode(code) && errorCodes[code].retryable) {
        again.push(rejected)
        this.#parts.tell('producer.waiting', { code, queued: this.size })
      } else this.#reject(rejected, code, message)
    }
    this.#sending = [...again, ...this.#sending.slice(sent.length)]
    this.#attempt = again.length > 0 ? this.#attempt + 1 : 0
  }

  #failed(sent: readonly Message[], error: unknown): void {
    if (this.#end) return
    const { code, message, retryable } = TelltaleError.isInstance(error)
      ? error
      : new TelltaleError('INTERNAL', String(error))
    if (retryable) {
      this.#attempt++
      this.#parts.tell('producer.waiting', { code, queued: this.size })
      return
    }
    // The connection is closed for good, or the message as a whole cannot be taken.
    if (code === 'UNAUTHORIZED' || code === 'DISPOSED') return this.stop(new TelltaleError(code, message))
    for (const rejected of sent) this.#reject(rejected, code, message)
    this.#sending = this.#sending.slice(sent.length)
  }

  #reject({ packet }: Message, code: string, problem: string): void {
    if (packet.item) this.#parts.tell('producer.rejected', { category: packet.item.type, code, problem })
  }

  #toMessage(packet: Packet): Message {
    const json = packet.item
      ? packet.item.update
      : { id: this.#parts.nextId(), conversationId: packet.loss.group, shed: packet.loss.counts }
    return { packet, json, bytes: jsonBytes(json) }
  }

  async #rest(): Promise<void> {
    const { clock, random, backoff } = this.#parts
    await new Promise<void>((resolve) => {
      const cancel = clock.after(fullJitter(this.#attempt - 1, random, backoff), resolve)
      this.#wake = () => {
        cancel()
        resolve()
      }
    })
    this.#wake = null
  }
}

interface Rejection {
  readonly index: number
  readonly code: string
  readonly message: string
}

function rejectionsIn(outcome: unknown): readonly Rejection[] {
  if (typeof outcome !== 'object' || outcome === null || !('rejected' in outcome)) return []
  return Array.isArray(outcome.rejected) ? (outcome.rejected as Rejection[]) : []
}
