import { type Counts, type Priority, priorityRank, type Span, type TelltaleError } from '@telltale/contract'
import { keptRank } from '@telltale/contract/producer'
import type { Queued } from '../core/broadcaster.ts'
import type { Accepted } from './accepted.ts'
import { type CategoryBook, type CategoryFacts, unknownCategory } from './category-facts.ts'
import type { Conversations } from './conversations.ts'
import { type OwnedSpan, ownProducer } from './open-spans.ts'
import type { RawUpdate } from './raw-update.ts'

/** What a producer may say along with an update. */
export interface PublishOptions {
  readonly id?: string | undefined
  readonly key?: string | undefined
  readonly priority?: Priority | undefined
  /** Makes it an update of a span: its whole state. */
  readonly span?: Span | undefined
  /** The span it is said in. */
  readonly spanId?: string | undefined
  /** How long it may wait to be accepted, in milliseconds. */
  readonly ttlMs?: number | undefined
}

/** An update that waits for its turn. */
export interface QueuedUpdate extends RawUpdate, Queued {
  /** Whose lease its span hangs on, and in whose name it is said. */
  readonly producer: string
  readonly owner: string
  /** Said by us of a span whose producer died: its metadata was checked before. */
  readonly isVerdict?: boolean | undefined
  /** Not an update: a producer says what it had to shed here. */
  readonly shed?: Counts | undefined
  /** After that it is not worth being said, in milliseconds since 1970. */
  readonly worthUntil?: number | undefined
  /** Tells the caller who waits for the outcome. */
  readonly settle?: ((outcome: Accepted | TelltaleError) => void) | undefined
}

/** What is known before anything is said. */
export interface Known {
  readonly conversations: Conversations
  readonly categories: CategoryBook
}

/** Stamps what a producer of this process says, and takes its data down as text. Throws only what the caller's own objects throw. */
export function toQueued(
  { conversations, categories }: Known,
  conversationId: string,
  category: string,
  text: string,
  metadata: unknown,
  options: PublishOptions,
  now: number,
): QueuedUpdate {
  const { id, key, priority, span, spanId, ttlMs } = options
  const conversation = conversations.of(conversationId)
  const facts: CategoryFacts = categories.get(category) ?? unknownCategory()
  return {
    group: conversation.topic,
    type: category,
    rank: priority === undefined ? facts.rank : priorityRank(priority),
    conversation,
    category,
    facts,
    text: String(text),
    metadata: metadata === undefined ? facts.noMetadata : facts.encoder.encode(metadata),
    at: Math.floor(now),
    id,
    // In the queue an update of a span takes the place of the one before. The app's own keys are apart from that.
    key: span ? `span:${span.id}` : key === undefined ? undefined : `key:${key}`,
    appKey: key,
    priority,
    span,
    spanId,
    // What became of work is worth saying whenever it can be said.
    worthUntil: span || ttlMs === undefined ? undefined : now + ttlMs,
    isStrict: false,
    producer: ownProducer,
    owner: '',
  }
}

/** What is said of an open span whose producer is no more. */
export function toVerdict(
  known: Known,
  { standing, owner, producer }: OwnedSpan,
  reason: string,
  now: number,
): QueuedUpdate {
  const { conversationId, category, metadataJson, span } = standing
  const { retryInMs: _retry, waitingFor: _wait, ...rest } = span
  const durationMs = Math.max(0, Math.round(now - Date.parse(span.startedAt)))
  return {
    ...toQueued(known, conversationId, category, `Lost: ${reason}`, undefined, {}, now),
    key: `span:${span.id}`,
    rank: keptRank,
    metadata: { ok: true, text: metadataJson, fits: true },
    span: { ...rest, state: 'lost', durationMs, reason },
    producer,
    owner,
    isVerdict: true,
  }
}
