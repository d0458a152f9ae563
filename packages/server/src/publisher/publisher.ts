import {
  type AnyContract,
  copyJson,
  type Draft,
  defaultPriority,
  type Frame,
  type From,
  formatPosition,
  formatTopic,
  isTopicId,
  type PositionedFrame,
  type Priority,
  parseTopic,
  priorityRank,
  TelltaleError,
  type Topic,
} from '@telltale/contract'
import type { Clock } from '../async/clock.ts'
import type { Gate } from '../async/gate.ts'
import { isPromise, type MaybePromise } from '../async/maybe-promise.ts'
import { type Random, randomName } from '../async/random.ts'
import { Broadcaster, type Delivery, type Queued } from '../core/broadcaster.ts'
import { createFilter, type Filter } from '../core/filter.ts'
import type { Hub } from '../core/hub.ts'
import { readFrames } from '../core/reader.ts'
import type { Appended, Backplane } from '../seams/backplane.ts'
import type { Emit } from '../telemetry/events.ts'
import type { WireSnapshot, WireUpdate } from './domain.ts'
import type { StatusEvent } from './encode.ts'
import { type HistoryPage, readHistory } from './history.ts'
import type { PayloadLimits } from './limits.ts'
import { prepareUpdate, type RawUpdate } from './prepare.ts'

/** What a producer may say along with an update. */
export interface PublishOptions {
  readonly id?: string | undefined
  readonly key?: string | undefined
  readonly priority?: Priority | undefined
}

/** An accepted update. */
export interface Accepted {
  readonly id: string
  readonly position: string
}

/** What a reader asks for. */
export interface ReadRequest {
  readonly conversationId: string
  readonly categories?: readonly string[] | undefined
  readonly minPriority?: Priority | undefined
  readonly from?: From | undefined
}

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
}

interface QueuedUpdate extends RawUpdate, Queued {
  /** Tells the caller who waits for the outcome. */
  readonly settle?: ((outcome: Accepted | TelltaleError) => void) | undefined
}

/** What the layers above see of the engine: it validates, stamps, encodes and reads. */
export class Publisher {
  readonly contract: AnyContract
  readonly #parts: PublisherParts
  readonly #broadcaster: Broadcaster<QueuedUpdate>
  readonly #idPrefix: string
  #ids = 0
  #isDisposed = false

  constructor(parts: PublisherParts) {
    this.contract = parts.contract
    this.#parts = parts
    this.#idPrefix = randomName(parts.random, 8)
    this.#broadcaster = new Broadcaster<QueuedUpdate>({
      clock: parts.clock,
      emit: parts.emit,
      queueLimit: parts.queueLimit,
      deliver: (topic, items) => this.#deliver(topic, items),
      onShed: (item) => {
        // Who waits for the outcome is told by a refusal, and a refusal is not also a gap.
        item.settle?.(overloaded())
        return item.settle === undefined
      },
    })
  }

  /** How many updates wait to be accepted. */
  get queueDepth(): number {
    return this.#broadcaster.depth
  }

  /** Fire and forget: returns at once and never throws, whatever it is given. */
  say(conversationId: string, category: string, text: string, metadata?: unknown, options: PublishOptions = {}): void {
    if (this.#isDisposed) return
    try {
      this.#broadcaster.push(this.#toQueued(conversationId, category, text, metadata, options))
    } catch (error) {
      // Only what the caller handed in can throw here, such as a text whose toString throws.
      this.#parts.emit('update.rejected', { category: '', reason: 'data', problem: String(error) })
    }
  }

  /** Settles when the update was accepted; rejects with a {@link TelltaleError} when it was not. */
  async publish(update: {
    conversationId: string
    category: string
    text: string
    metadata?: unknown
    options?: PublishOptions
    dedupe?: string | undefined
  }): Promise<Accepted> {
    if (this.#isDisposed) throw new TelltaleError('DISPOSED', 'the server is closed')
    if (this.#broadcaster.isFull) throw overloaded()
    const { conversationId, category, text, metadata, options = {}, dedupe } = update
    return new Promise((resolve, reject) => {
      const settle = (outcome: Accepted | TelltaleError): void => {
        if (outcome instanceof TelltaleError) reject(outcome)
        else resolve(outcome)
      }
      const queued = this.#toQueued(conversationId, category, text, metadata, options)
      this.#broadcaster.push({ ...queued, isStrict: true, dedupe, settle })
    })
  }

  /** The frames of a reader; ends when the signal aborts. Throws `UNKNOWN_CATEGORY` and `INVALID_INPUT` at once. */
  read<TShown>(
    request: ReadRequest,
    options: {
      signal: AbortSignal
      gate: Gate | null
      present: (frame: PositionedFrame<Frame<WireUpdate, WireSnapshot>>) => TShown
      push?: ((frame: PositionedFrame) => void) | undefined
    },
  ): AsyncGenerator<TShown, void, undefined> {
    const topic = formatTopic('status', request.conversationId)
    const filter = this.#filter(request.categories, request.minPriority)
    const { hub, clock, emit, random } = this.#parts
    return readFrames(() => hub.open(topic, filter, request.from ?? 'snapshot'), {
      ...options,
      clock,
      emit,
      streamId: randomName(random, 12),
      available: this.contract.names,
    })
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

  /** Takes nothing more; what was said is still handed on. */
  async dispose(): Promise<void> {
    this.#isDisposed = true
    await this.#broadcaster.flush()
  }

  #filter(categories?: readonly string[], minPriority?: Priority): Filter {
    const filter = createFilter(this.#parts.hub.domain.spec, categories, minPriority)
    if (filter) return filter
    throw new TelltaleError('UNKNOWN_CATEGORY', `the contract's categories are ${this.contract.names.join(', ')}`)
  }

  #toQueued(
    conversationId: string,
    category: string,
    text: string,
    metadata: unknown,
    { id, key, priority }: PublishOptions,
  ): QueuedUpdate {
    return {
      group: `status:${conversationId}`,
      type: category,
      rank: priorityRank(priority ?? defaultPriority(category)),
      conversationId,
      category,
      text: String(text),
      metadata: metadata === undefined ? noMetadata : copyJson(metadata),
      at: Math.floor(this.#parts.clock.now()),
      id,
      key,
      priority,
      isStrict: false,
    }
  }

  #deliver(topic: Topic, items: Delivery<QueuedUpdate>): MaybePromise<void> {
    const at = this.#parts.clock.now()
    const drafts: Draft<StatusEvent>[] = []
    const sources: Array<QueuedUpdate | null> = []
    // What was said about a conversation that cannot be is no loss to anybody.
    const isTopic = isTopicId(parseTopic(topic).id)
    for (const { item, loss } of items) {
      const draft = item ? this.#prepare(item) : { kind: 'loss' as const, at, counts: loss.counts }
      if (!draft || !isTopic) continue
      drafts.push(draft)
      sources.push(item ?? null)
    }
    if (drafts.length === 0) return
    const settle = (appended: Appended): void => settleAll(sources, drafts, appended)
    const fail = (error: unknown): never => {
      const unavailable = new TelltaleError('UNAVAILABLE', 'the update could not be kept', { cause: error })
      for (const source of sources) source?.settle?.(unavailable)
      throw error
    }
    try {
      const appended = this.#parts.hub.append(topic, drafts)
      if (isPromise(appended)) return appended.then(settle, fail)
      settle(appended)
    } catch (error) {
      fail(error)
    }
  }

  #prepare(item: QueuedUpdate): Draft<StatusEvent> | null {
    const { contract, limits, emit } = this.#parts
    const prepared = prepareUpdate(contract, limits, item, () => `${this.#idPrefix}${(++this.#ids).toString(36)}`)
    if (prepared.ok) {
      if (prepared.wasCut) {
        emit('update.truncated', {
          category: item.category,
          lengthBytes: Buffer.byteLength(item.text),
          limitBytes: limits.textMaxBytes,
        })
      }
      return prepared.draft
    }
    const { reason, error } = prepared
    // A name that is not of the contract is a stranger's text, no label.
    const category = reason === 'category' ? '' : item.category
    emit('update.rejected', { category, reason, problem: error.message })
    item.settle?.(error)
    return null
  }
}

const noMetadata = { ok: true, value: {} } as const

function overloaded(): TelltaleError {
  return new TelltaleError('OVERLOADED', 'too many updates wait: nothing was accepted', { retryAfterMs: 100 })
}

function settleAll(
  sources: readonly (QueuedUpdate | null)[],
  drafts: readonly Draft<StatusEvent>[],
  appended: Appended,
): void {
  for (const [index, source] of sources.entries()) {
    const draft = drafts[index]
    const place = appended.places[index]
    if (!source?.settle || !place || draft?.kind !== 'event') continue
    source.settle({ id: draft.id, position: formatPosition({ epoch: appended.epoch, ...place }) })
  }
}
