import { keptRank, SheddingQueue } from '@telltale/contract/producer'
import { isSpanEnd, TelltaleError } from '@telltale/contract/wire'
import type { Connection } from '../connection/connection.ts'
import { type BackoffLimits, fullJitter } from '../lib/backoff.ts'
import type { Clock } from '../lib/clock.ts'
import type { ProducerSink } from './events.ts'
import type { Name } from './lease.ts'
import {
  batchMax,
  fitting,
  isSentAgain,
  mergeLosses,
  type Numbered,
  type Part,
  type Rejection,
  rejectionsIn,
  toPart,
} from './message.ts'
import type { Saying } from './saying.ts'

/** Most spans that are remembered to have been told. */
const toldMax = 20_000
/** Most conversations whose losses are counted one by one; what is shed of others is told to telemetry alone. */
const lossesMax = 10_000

/** What an outbox works with. */
export interface OutboxParts {
  readonly connection: Pick<Connection, 'mutate'>
  readonly clock: Clock
  readonly random: () => number
  readonly backoff: BackoffLimits
  /** Most updates that wait. */
  readonly queueLimit: number
  readonly tell: ProducerSink
  readonly nextId: () => string
  /** Called before each message, with whether it is about spans; settles with the name to send it under. */
  readonly identify: (isAboutSpans: boolean) => Promise<Name>
  /** A message was taken: as good as a sign of life. */
  readonly onSent: () => void
}

/**
 * What waits to be sent: a bounded queue, and one message at a time, so that the order stays. A message is sent until it is
 * answered; its parts are named, so that one that was taken is not taken twice.
 */
export class Outbox {
  readonly #parts: OutboxParts
  readonly #queue: SheddingQueue<Numbered>
  #sending: readonly Part[] = []
  /** Spans that the server may believe to be open: their ends are never shed. */
  #told = new Set<string>()
  /** Parts of which nobody can say whether they were taken. */
  readonly #wasSent = new WeakSet<Part>()
  #life = 0
  #rescued: Numbered[] = []
  readonly #losers = new Set<string>()
  /** Most parts of the next message. One that failed is followed by a smaller one: a single part may be to blame. */
  #most = batchMax
  #isRunning = false
  #end: TelltaleError | null = null
  #attempt = 0
  #wake: (() => void) | null = null
  #numbers = 0
  #flushes: { readonly until: number; readonly resolve: () => void }[] = []

  constructor(parts: OutboxParts) {
    this.#parts = parts
    this.#queue = new SheddingQueue(parts.queueLimit, (item) => this.#onShed(item))
  }

  /** How many wait. */
  get size(): number {
    return this.#queue.size + this.#sending.length
  }

  /** Puts one in and returns at once. */
  push(saying: Saying): void {
    if (this.#end) return this.#parts.tell('producer.undelivered', { count: 1 })
    const worthUntil = saying.ttlMs === undefined ? undefined : this.#parts.clock.now() + saying.ttlMs
    this.#queue.push({ ...saying, worthUntil, number: ++this.#numbers }, this.#sending.length)
    for (let end = this.#rescued.pop(); end; end = this.#rescued.pop()) {
      this.#queue.push({ ...end, rank: keptRank }, this.#sending.length)
    }
    if (!this.#isRunning) void this.#run()
  }

  /** Settles when everything that was put in so far has been answered, or will never be. */
  flush(): Promise<void> {
    if (!this.#isRunning) return Promise.resolve()
    return new Promise((resolve) => this.#flushes.push({ until: this.#numbers, resolve }))
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
    for (this.#fill(); !this.#end && this.#sending.length > 0; this.#fill()) {
      await this.#send()
      if (this.#attempt > 0 && !this.#end) await this.#rest()
    }
    this.#isRunning = false
    this.#settleFlushes(Number.POSITIVE_INFINITY)
  }

  async #send(): Promise<void> {
    let sent: readonly Part[] = []
    try {
      const { producer, life } = await this.#parts.identify(this.#sending.some(({ packet }) => packet.item?.span))
      this.#dropLost(life)
      this.#dropStale()
      sent = fitting(this.#sending, this.#most)
      if (sent.length === 0) return
      for (const part of sent) this.#wasSent.add(part)
      const updates = sent.map(({ json }) => json)
      const outcome = await this.#parts.connection.mutate('status.publishMany', { updates, producer })
      this.#parts.onSent()
      if (!this.#end) this.#answered(sent, rejectionsIn(outcome))
    } catch (error) {
      if (!this.#end) this.#failed(sent, error)
    }
  }

  #fill(): void {
    if (this.#end) return
    const packets = this.#queue.take(batchMax - this.#sending.length)
    for (const { item, loss } of packets) {
      if (loss) this.#losers.delete(loss.group)
      else this.#tell(item)
    }
    this.#sending = [...this.#sending, ...packets.map((packet) => toPart(packet, this.#parts.nextId))]
    // An empty queue also forgets the keys of what it handed out.
    if (this.#queue.size === 0) this.#queue.drain()
    const first = this.#sending.find(({ packet }) => packet.item)?.packet.item
    if (first) this.#settleFlushes(first.number)
  }

  /** What waited for too long is told as shed. What was sent before may have been taken, and is sent again. */
  #dropStale(): void {
    const now = this.#parts.clock.now()
    const isStale = (part: Part): boolean =>
      part.packet.item?.worthUntil !== undefined && now > part.packet.item.worthUntil && !this.#wasSent.has(part)
    if (!this.#sending.some(isStale)) return
    const packets = this.#sending.map((part) => {
      const { item } = part.packet
      if (!item || !isStale(part)) return part
      this.#parts.tell('producer.shed', { category: item.type })
      return toPart({ loss: { group: item.group, counts: { [item.type]: 1 } } }, this.#parts.nextId)
    })
    this.#sending = mergeLosses(packets, (part) => this.#wasSent.has(part))
  }

  #tell({ span }: Numbered): void {
    if (span && this.#told.size < toldMax) this.#told.add(span.id)
  }

  #settleFlushes(next: number): void {
    const settled = this.#flushes.filter(({ until }) => until < next)
    if (settled.length === 0) return
    this.#flushes = this.#flushes.filter(({ until }) => until >= next)
    for (const { resolve } of settled) resolve()
  }

  #onShed(item: Numbered): boolean {
    if (item.span && isSpanEnd(item.span.state) && this.#told.has(item.span.id)) {
      // Without its end the span would be running for ever; what nobody heard of may go.
      this.#rescued.push(item)
      return false
    }
    this.#parts.tell('producer.shed', { category: item.type })
    if (this.#losers.size >= lossesMax && !this.#losers.has(item.group)) return false
    this.#losers.add(item.group)
    return true
  }

  /** What goes on in spans that are lost since is not sent. Of their ends the server knows whether it told them as lost. */
  #dropLost(life: number): void {
    this.#sending = this.#sending.filter((part) => {
      const { item } = part.packet
      if (!item?.span || item.life === life || isSpanEnd(item.span.state)) return true
      this.#reject(part, 'INVALID_INPUT', 'its span was lost')
      return false
    })
    if (life === this.#life) return
    this.#life = life
    this.#told = new Set()
    for (const { packet } of this.#sending) if (packet.item) this.#tell(packet.item)
  }

  #answered(sent: readonly Part[], rejections: readonly Rejection[]): void {
    const again: Part[] = []
    for (const { index, code, message } of rejections) {
      const rejected = sent[index]
      if (!rejected) continue
      if (isSentAgain(code)) again.push(rejected)
      else this.#reject(rejected, code, message)
    }
    const taken = sent.length - again.length
    for (const part of sent) if (!again.includes(part)) this.#forget(part)
    this.#sending = [...again, ...this.#sending.slice(sent.length)]
    const [first] = rejections.filter(({ code }) => isSentAgain(code))
    this.#most = first ? Math.max(1, taken) : Math.min(batchMax, this.#most * 2)
    this.#attempt = first ? (taken > 0 ? 1 : this.#attempt + 1) : 0
    if (first) this.#parts.tell('producer.waiting', { code: first.code, queued: this.size })
  }

  #failed(sent: readonly Part[], error: unknown): void {
    const { code, message, retryable } = TelltaleError.isInstance(error)
      ? error
      : new TelltaleError('INTERNAL', String(error))
    // The connection is closed for good.
    if (code === 'UNAUTHORIZED' || code === 'DISPOSED') return this.stop(new TelltaleError(code, message))
    if (sent.length > 0) this.#most = Math.max(1, Math.floor(sent.length / 2))
    if (retryable || sent.length === 0) {
      this.#attempt++
      this.#parts.tell('producer.waiting', { code, queued: this.size })
      return
    }
    // A fault of the server's is asked for again at leisure.
    if (code === 'INTERNAL') this.#attempt++
    if (sent.length > 1) return
    for (const part of sent) {
      this.#reject(part, code, message)
      this.#forget(part)
    }
    this.#sending = this.#sending.slice(sent.length)
  }

  #forget({ packet }: Part): void {
    const span = packet.item?.span
    if (span && isSpanEnd(span.state)) this.#told.delete(span.id)
  }

  #reject({ packet }: Part, code: string, problem: string): void {
    if (packet.item) this.#parts.tell('producer.rejected', { category: packet.item.type, code, problem })
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
