import {
  type AnyContract,
  addCounts,
  type Counts,
  type Draft,
  formatPosition,
  isSpanEnd,
  isTopicId,
  parseTopic,
  TelltaleError,
  type Topic,
} from '@telltale/contract'
import type { Clock } from '../async/clock.ts'
import { isPromise, type MaybePromise } from '../async/maybe-promise.ts'
import type { Delivery } from '../core/broadcaster.ts'
import type { Appended } from '../seams/backplane.ts'
import type { Emit } from '../telemetry/events.ts'
import { isoTime, type StatusEvent } from './encode.ts'
import { labelOf } from './label.ts'
import type { PayloadLimits } from './limits.ts'
import { type OpenSpans, ownProducer, type SpanSaying, type SpanStanding } from './open-spans.ts'
import type { OwedEnds } from './owed-ends.ts'
import { encodeChecked, type Prepared, prepareUpdate, type Refused } from './prepare.ts'
import type { QueuedUpdate } from './queued.ts'
import type { RawUpdate } from './raw-update.ts'

/** What an {@link Acceptance} is made of. */
export interface AcceptanceParts {
  readonly contract: AnyContract
  readonly clock: Clock
  readonly emit: Emit
  readonly limits: PayloadLimits
  readonly spans: OpenSpans
  readonly nextId: () => string
  append(topic: Topic, drafts: readonly Draft<StatusEvent>[]): MaybePromise<Appended>
  readonly owed: OwedEnds
}

/** A draft on its way into the log, and where it came from. */
interface Entry {
  readonly draft: Draft<StatusEvent>
  readonly source: QueuedUpdate | null
  /** What was noted of its span, to be taken back if the log does not take it. */
  readonly noted: { readonly saying: SpanSaying; readonly before: SpanStanding | null } | null
}

/** Most conversations of which it is remembered that something was not taken. */
const unkeptMax = 10_000

/** How what waited becomes accepted: checked against the contract and its span, encoded, numbered, and told to who waits. */
export class Acceptance {
  readonly #parts: AcceptanceParts
  /** What was not worth being said any more, of the delivery that is being made, by category. */
  readonly #stale = new Map<string, number>()
  /** What the log did not take, by topic and category, and nobody was told yet. */
  readonly #unkept = new Map<Topic, Counts>()

  constructor(parts: AcceptanceParts) {
    this.#parts = parts
  }

  /** Hands a conversation's updates to the log, in order. Throws, or rejects, when the log does not take them. */
  deliver(topic: Topic, items: Delivery<QueuedUpdate>, since: number): MaybePromise<void> {
    const at = this.#parts.clock.now()
    const entries: Entry[] = []
    // What was said about a conversation that cannot be is no loss to anybody.
    const isTopic = items[0]?.item?.conversation.isValid ?? isTopicId(parseTopic(topic).id)
    for (const { item, loss } of items) {
      const entry = item
        ? this.#toEntrySafely(topic, item)
        : { draft: { kind: 'loss' as const, at, counts: loss.counts }, source: null, noted: null }
      if (entry && isTopic) push(entries, entry)
    }
    const unkept = this.#unkept.get(topic)
    if (unkept && isTopic) {
      this.#unkept.delete(topic)
      entries.unshift({ draft: { kind: 'loss', at, counts: unkept }, source: null, noted: null })
    }
    if (this.#stale.size > 0) this.#tellStale()
    if (entries.length === 0) return
    const fail = (error: unknown): never => this.#fail(topic, entries, error)
    try {
      const appended = this.#parts.append(
        topic,
        entries.map(({ draft }) => draft),
      )
      if (isPromise(appended)) return appended.then((settled) => this.#settle(entries, settled, since), fail)
      this.#settle(entries, appended, since)
    } catch (error) {
      fail(error)
    }
  }

  #settle(entries: readonly Entry[], appended: Appended, since: number): void {
    if (!this.#parts.emit.isSilent) this.#tellAccepted(entries, since)
    for (let index = 0; index < entries.length; index++) {
      const entry = entries[index]
      const place = appended.places[index]
      if (!place || !entry?.source?.settle) continue
      const { draft, source, noted } = entry
      const id = draft.kind === 'event' ? draft.id : ''
      const accepted = { id, position: formatPosition({ epoch: appended.epoch, ...place }) }
      if (noted) this.#parts.spans.accepted(noted.saying, accepted)
      source.settle?.(accepted)
    }
  }

  #tellAccepted(entries: readonly Entry[], since: number): void {
    const counts: Record<string, number> = {}
    let count = 0
    for (const { draft } of entries) {
      if (draft.kind !== 'event') continue
      counts[draft.type] = (counts[draft.type] ?? 0) + 1
      count++
    }
    const { emit, clock } = this.#parts
    if (count > 0) emit('updates.accepted', { count, counts, latencyMs: clock.monotonic() - since })
  }

  #fail(topic: Topic, entries: readonly Entry[], error: unknown): never {
    const unavailable = new TelltaleError('UNAVAILABLE', 'the update could not be kept', { cause: error })
    const { spans, owed } = this.#parts
    for (const { noted } of entries.toReversed()) if (noted) spans.forget(noted.saying, noted.before)
    for (const { draft, source, noted } of entries) {
      if (source?.settle) source.settle(unavailable)
      else if (source && noted && isSpanEnd(noted.saying.span.state)) {
        // Of what was never accepted as open there is nothing to end.
        if (spans.isOpen(noted.saying.topic, noted.saying.span.id)) owed.refused(source)
      } else this.#remember(topic, draft)
    }
    throw error
  }

  /** What the log did not take is told as a loss as soon as it takes something again. */
  #remember(topic: Topic, draft: Draft<StatusEvent>): void {
    if (this.#unkept.size >= unkeptMax && !this.#unkept.has(topic)) return
    const lost = draft.kind === 'loss' ? draft.counts : { [draft.type]: 1 }
    this.#unkept.set(topic, addCounts(this.#unkept.get(topic) ?? {}, lost))
  }

  /** One that cannot be read must not take those along that wait with it. */
  #toEntrySafely(topic: Topic, item: QueuedUpdate): Entry | null {
    try {
      return this.#toEntry(topic, item)
    } catch (error) {
      this.#reject(item, 'data', new TelltaleError('INVALID_INPUT', 'the update cannot be read', { cause: error }))
      return null
    }
  }

  #toEntry(topic: Topic, item: QueuedUpdate): Entry | null {
    if (item.shed) {
      const { at, shed: counts, dedupe } = item
      return { draft: { kind: 'loss', at, counts, dedupe }, source: item, noted: null }
    }
    if (item.worthUntil !== undefined && this.#parts.clock.now() > item.worthUntil) return this.#outlived(item)
    if (item.span) return this.#toSpanEntry(topic, item, item.span)
    const prepared = prepareUpdate(this.#parts.contract, this.#parts.limits, item, this.#parts.nextId)
    return this.#admit(item, prepared, null)
  }

  /** Nobody has to hear of it any more. Who waits is told so; readers are told that something is missing. */
  #outlived(item: QueuedUpdate): Entry | null {
    const { category, at } = item
    if (item.settle || labelOf(this.#parts.contract, category) === '') {
      this.#reject(
        item,
        'ttl',
        new TelltaleError('TIMEOUT', 'it waited for longer than its ttlMs: nothing was accepted'),
      )
      return null
    }
    this.#stale.set(category, (this.#stale.get(category) ?? 0) + 1)
    return { draft: { kind: 'loss', at, counts: { [category]: 1 } }, source: null, noted: null }
  }

  #tellStale(): void {
    for (const [category, count] of this.#stale) this.#parts.emit('broadcaster.shed', { category, count })
    this.#stale.clear()
  }

  #toSpanEntry(topic: Topic, item: QueuedUpdate, said: NonNullable<RawUpdate['span']>): Entry | null {
    const { contract, limits, spans, nextId } = this.#parts
    const { category, producer, owner, dedupe, isVerdict } = item
    const ruling = spans.rule({ topic, category, span: said, producer, owner, dedupe, isVerdict })
    if (!ruling.ok) {
      if (ruling.error) this.#reject(item, 'span', ruling.error)
      return null
    }
    if (ruling.accepted) {
      item.settle?.(ruling.accepted)
      return null
    }
    const isNew = ruling.before === null && producer !== ownProducer
    const span = isNew ? { ...ruling.span, startedAt: startOf(item.at, said.durationMs) } : ruling.span
    const isStrict = item.isStrict && !isSpanEnd(span.state)
    const raw: RawUpdate = { ...item, span, isReplaceable: ruling.isReplaceable, isStrict }
    let prepared =
      isVerdict && item.metadata.ok
        ? encodeChecked(limits, raw, item.metadata.text, nextId)
        : prepareUpdate(contract, limits, raw, nextId)
    if (prepared.reason && ruling.before && !(isStrict && prepared.reason === 'size')) {
      // What became of the work matters more than what was said along with it: that stays as it was.
      this.#tellRejected(item, prepared)
      prepared = encodeChecked(limits, raw, ruling.before.metadataJson, nextId)
    }
    return this.#admit(item, prepared, {
      saying: { topic, category, span, producer, owner, dedupe, isVerdict },
      before: ruling.before,
    })
  }

  #admit(item: QueuedUpdate, prepared: Prepared | Refused, noted: Entry['noted']): Entry | null {
    if (prepared.reason) {
      this.#reject(item, prepared.reason, prepared.error)
      return null
    }
    const { limits, spans, owed, emit } = this.#parts
    const { draft, wasCut, metadataJson } = prepared
    if (wasCut) {
      const lengthBytes = Buffer.byteLength(item.text)
      emit('update.truncated', { category: item.category, lengthBytes, limitBytes: limits.textMaxBytes })
    }
    if (noted) {
      const { topic, category, span } = noted.saying
      spans.note(noted.saying, { conversationId: item.conversation.id, category, metadataJson, span })
      if (!isSpanEnd(span.state)) owed.opened(topic, span.id)
    }
    return { draft, source: item, noted }
  }

  #reject(item: QueuedUpdate, reason: Refused['reason'], error: TelltaleError): void {
    this.#tellRejected(item, { reason, error })
    item.settle?.(error)
  }

  #tellRejected(item: QueuedUpdate, { reason, error }: Refused): void {
    const { emit, contract } = this.#parts
    emit('update.rejected', { category: labelOf(contract, item.category), reason, problem: error.message })
  }
}

/** The producer's clock is not ours: a span of another process began when we heard of it, or as long ago as it says it took. */
function startOf(at: number, durationMs = 0): string {
  return isoTime(Math.max(0, Math.floor(at - durationMs)))
}

/** Losses that follow each other are one: what was shed together is told together. */
function push(entries: Entry[], entry: Entry): void {
  const last = entries.at(-1)
  const { draft } = entry
  if (last?.draft.kind !== 'loss' || draft.kind !== 'loss' || last.source || entry.source) {
    entries.push(entry)
    return
  }
  const counts = addCounts(last.draft.counts, draft.counts)
  entries[entries.length - 1] = { ...last, draft: { ...last.draft, counts } }
}
