import {
  type AnyContract,
  type Counts,
  type Frame,
  type From,
  formatTopic,
  isSpanEnd,
  type PositionedFrame,
  type Priority,
  TelltaleError,
} from '@telltale/contract'
import { keptRank } from '@telltale/contract/producer'
import type { Clock } from '../async/clock.ts'
import { type Random, randomName } from '../async/random.ts'
import { Broadcaster } from '../core/broadcaster.ts'
import { createFilter, type Filter } from '../core/filter.ts'
import type { Hub } from '../core/hub.ts'
import type { Greeting } from '../core/next-frame.ts'
import type { OpenReader } from '../core/open-reader.ts'
import { type FrameSink, PushedReader } from '../core/pushed-reader.ts'
import { type ReaderOptions, readFrames } from '../core/reader.ts'
import type { Backplane } from '../seams/backplane.ts'
import type { Emit } from '../telemetry/events.ts'
import { Acceptance } from './acceptance.ts'
import type { Accepted } from './accepted.ts'
import { createCategoryBook } from './category-facts.ts'
import { Conversations } from './conversations.ts'
import type { WireSnapshot, WireUpdate } from './domain.ts'
import type { StatusEvent } from './encode.ts'
import { type HistoryPage, readHistory } from './history.ts'
import { labelOf } from './label.ts'
import type { PayloadLimits } from './limits.ts'
import { type OpenSpanLimits, OpenSpans, ownProducer } from './open-spans.ts'
import { OwedEnds } from './owed-ends.ts'
import { type Known, type PublishOptions, type QueuedUpdate, toQueued, toVerdict } from './queued.ts'

/** What a reader asks for. */
export interface ReadRequest {
  readonly conversationId: string
  readonly categories?: readonly string[] | undefined
  readonly minPriority?: Priority | undefined
  readonly from?: From | undefined
  /** It goes on with other categories than before: it needs the state at the place it goes on from. */
  readonly isChange?: boolean | undefined
}

/** How a reader reads. */
export type ReadOptions = Pick<ReaderOptions, 'gate' | 'enter' | 'never' | 'admit'>

/** What a publisher is made of. */
export interface PublisherParts {
  readonly contract: AnyContract
  readonly hub: Hub<StatusEvent, WireUpdate, WireSnapshot>
  readonly backplane: Backplane<StatusEvent, WireSnapshot>
  readonly clock: Clock
  readonly random: Random
  readonly emit: Emit
  readonly limits: PayloadLimits
  readonly queueLimit: number
  readonly spanLimits: OpenSpanLimits
}

/** An update from the network, or from a caller who waits for its outcome. */
export interface PublishRequest {
  readonly conversationId: string
  readonly category: string
  readonly text: string
  readonly metadata?: unknown
  readonly options?: PublishOptions
  readonly dedupe?: string | undefined
  /** Whose lease its span hangs on. @default this process */
  readonly producer?: string
  /** In whose name it is said. */
  readonly owner?: string
}

/** What the layers above see of the engine: it validates, stamps, encodes and reads. */
export class Publisher {
  readonly contract: AnyContract
  readonly #parts: PublisherParts
  readonly #broadcaster: Broadcaster<QueuedUpdate>
  readonly #spans: OpenSpans
  readonly #owed: OwedEnds
  readonly #known: Known
  readonly #idPrefix: string
  #ids = 0
  #isDisposed = false

  constructor(parts: PublisherParts) {
    const { clock, emit, hub, backplane, queueLimit } = parts
    this.contract = parts.contract
    this.#parts = parts
    this.#known = { conversations: new Conversations(), categories: createCategoryBook(parts.contract) }
    this.#idPrefix = randomName(parts.random, 8)
    this.#spans = new OpenSpans(parts.spanLimits, (topic) => backplane.hold(topic))
    this.#owed = new OwedEnds(clock, (item) => this.#broadcaster.push(item))
    const acceptance = new Acceptance({
      ...parts,
      spans: this.#spans,
      nextId: () => this.nextId(),
      append: (topic, drafts) => hub.append(topic, drafts),
      owed: this.#owed,
    })
    this.#broadcaster = new Broadcaster<QueuedUpdate>({
      clock,
      emit,
      queueLimit,
      deliver: (topic, items, since) => acceptance.deliver(topic, items, since),
      labelOf: ({ category }) => labelOf(parts.contract, category),
      onShed: (item) => {
        // Who waits for the outcome is told by a refusal, and a refusal is not also a gap.
        item.settle?.(overloaded())
        if (item.span && isSpanEnd(item.span.state)) this.#owed.shed(item)
        // A name that somebody made up is no loss to anybody.
        return item.settle === undefined && (item.shed !== undefined || labelOf(parts.contract, item.category) !== '')
      },
    })
  }

  /** A name nothing else in this process, and no other process, has. */
  nextId(): string {
    return `${this.#idPrefix}${++this.#ids}`
  }

  /** How many updates wait to be accepted. */
  get queueDepth(): number {
    return this.#broadcaster.depth
  }

  /** Fire and forget: returns at once and never throws, whatever it is given. */
  say(conversationId: string, category: string, text: string, metadata?: unknown, options: PublishOptions = {}): void {
    if (this.#isDisposed) return this.#tellClosed(category)
    try {
      const queued = toQueued(this.#known, conversationId, category, text, metadata, options, this.#parts.clock.now())
      // Where a span stands is not shed once it was accepted as open, but for what is said of it later. Before that all of
      // it may go: then nothing says that it runs.
      const isKept = queued.span && this.#spans.isOpen(queued.group, queued.span.id)
      this.#broadcaster.push(isKept ? { ...queued, rank: keptRank } : queued)
    } catch (error) {
      // Only what the caller handed in can throw here, such as a text whose toString throws.
      this.#parts.emit('update.rejected', { category: '', reason: 'data', problem: String(error) })
    }
  }

  /** Settles when the update was accepted; rejects with a {@link TelltaleError} when it was not. */
  async publish({
    conversationId,
    category,
    text,
    metadata,
    options = {},
    ...more
  }: PublishRequest): Promise<Accepted> {
    const queued = toQueued(this.#known, conversationId, category, text, metadata, options, this.#parts.clock.now())
    return this.#pushAndWait({ ...queued, ...more, isStrict: true })
  }

  /** A producer says what it had to shed before it could be accepted; readers are told in its place of the order. */
  async announceShed(shed: { conversationId: string; counts: Counts; dedupe?: string | undefined }): Promise<void> {
    const { conversationId, counts, dedupe } = shed
    const known = Object.entries(counts).filter(([category]) => Object.hasOwn(this.contract.categories, category))
    if (known.length === 0) throw new TelltaleError('UNKNOWN_CATEGORY', 'nothing was shed of a known category')
    const queued = toQueued(this.#known, conversationId, '', '', undefined, {}, this.#parts.clock.now())
    formatTopic('status', conversationId)
    await this.#pushAndWait({ ...queued, rank: keptRank, shed: Object.fromEntries(known), dedupe })
  }

  /** Everything that is open of a producer is lost: readers are told, once, and why. Answers how many it were. */
  loseSpans(producer: string, reason: string): number {
    const open = this.#spans.of(producer)
    const now = this.#parts.clock.now()
    for (const span of open) this.#broadcaster.push(toVerdict(this.#known, span, reason, now))
    return open.length
  }

  /** What somebody has open in a conversation is lost, for nothing more can be said of it. Answers how many it were. */
  loseSpansOf(owner: string, conversationId: string, reason: string): number {
    const open = this.#spans.ownedBy(owner, formatTopic('status', conversationId))
    const now = this.#parts.clock.now()
    for (const span of open) this.#broadcaster.push(toVerdict(this.#known, span, reason, now))
    if (open.length > 0) this.#parts.emit('spans.lost', { count: open.length, reason: 'revoked' })
    return open.length
  }

  /** How many spans are open. */
  get openSpans(): number {
    return this.#spans.size
  }

  /** The frames of a reader; ends when the signal aborts. Throws `UNKNOWN_CATEGORY` and `INVALID_INPUT` at once. */
  read<TShown>(
    request: ReadRequest,
    options: ReadOptions & {
      signal: AbortSignal
      present: (frame: PositionedFrame<Frame<WireUpdate, WireSnapshot>>) => TShown
    },
  ): AsyncGenerator<TShown, void, undefined> {
    return readFrames(this.#opener(request), { ...options, ...this.#greeting(), emit: this.#parts.emit })
  }

  /** The same frames, pushed from when the answer is called. Throws as {@link read} does. */
  push(request: ReadRequest, options: ReadOptions): (sink: FrameSink) => { abort(): void } {
    const open = this.#opener(request)
    return (sink) => {
      const { emit } = this.#parts
      const reader = new PushedReader<StatusEvent, WireUpdate, WireSnapshot>(sink, { gate: options.gate, emit })
      void reader.begin(open, { ...options, ...this.#greeting(), emit })
      return reader
    }
  }

  /** A page of the conversation's retained updates, newest page first, oldest update first within it. */
  async history(request: {
    conversationId: string
    categories?: readonly string[] | undefined
    before?: string | undefined
    limit: number
  }): Promise<HistoryPage> {
    const topic = formatTopic('status', request.conversationId)
    const view = await this.#parts.backplane.read(topic, 0, Number.POSITIVE_INFINITY)
    return readHistory(view, this.#parts.hub.domain, this.#filter(request.categories), request)
  }

  /** The fold of the conversation so far. */
  snapshot(conversationId: string, categories?: readonly string[]): Promise<WireSnapshot> {
    return this.#parts.hub.snapshot(formatTopic('status', conversationId), this.#filter(categories))
  }

  /** Settles when everything said before has been accepted or refused. */
  flush(): Promise<void> {
    return this.#broadcaster.flush()
  }

  /** Takes nothing more; what was said is still handed on, and what is open here is lost. */
  async dispose(): Promise<void> {
    this.#isDisposed = true
    this.#owed.flush()
    this.#broadcaster.drain()
    const count = this.loseSpans(ownProducer, 'its server was closed')
    if (count > 0) this.#parts.emit('spans.lost', { count, reason: 'closed' })
    await this.#broadcaster.flush()
  }

  #opener(request: ReadRequest): () => Promise<OpenReader<StatusEvent, WireUpdate, WireSnapshot>> {
    const { topic } = this.#known.conversations.of(request.conversationId)
    formatTopic('status', request.conversationId)
    const filter = this.#filter(request.categories, request.minPriority)
    const { from = 'snapshot', isChange } = request
    return () => this.#parts.hub.open(topic, filter, from, isChange)
  }

  #greeting(): Greeting {
    const { clock, random } = this.#parts
    return { streamId: randomName(random, 12), available: this.contract.names, clock }
  }

  #filter(categories?: readonly string[], minPriority?: Priority): Filter {
    const filter = createFilter(this.#parts.hub.domain.spec, categories, minPriority)
    if (filter) return filter
    throw new TelltaleError('UNKNOWN_CATEGORY', `the contract's categories are ${this.contract.names.join(', ')}`)
  }

  #tellClosed(category: string): void {
    const { emit, contract } = this.#parts
    emit('update.rejected', {
      category: labelOf(contract, category),
      reason: 'closed',
      problem: 'the server is closed',
    })
  }

  #refuse({ category }: QueuedUpdate): TelltaleError {
    const error = overloaded()
    const { emit, contract } = this.#parts
    emit('update.rejected', { category: labelOf(contract, category), reason: 'overload', problem: error.message })
    return error
  }

  #pushAndWait(queued: QueuedUpdate): Promise<Accepted> {
    if (this.#isDisposed) {
      this.#tellClosed(queued.category)
      throw new TelltaleError('DISPOSED', 'the server is closed')
    }
    if (this.#broadcaster.isFull) throw this.#refuse(queued)
    return new Promise((resolve, reject) => {
      const settle = (outcome: Accepted | TelltaleError): void => {
        if (outcome instanceof TelltaleError) reject(outcome)
        else resolve(outcome)
      }
      this.#broadcaster.push({ ...queued, settle })
    })
  }
}

function overloaded(): TelltaleError {
  return new TelltaleError('OVERLOADED', 'too many updates wait: nothing was accepted', { retryAfterMs: 100 })
}
