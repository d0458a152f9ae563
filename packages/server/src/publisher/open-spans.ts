import { isSpanEnd, type Span, TelltaleError, type Topic } from '@telltale/contract'
import type { StatusEvent } from './encode.ts'

/** The producer that is this process: it lives as long as the server. */
export const ownProducer = ''

/** An update of a span, as its producer said it. */
export interface SpanSaying {
  readonly topic: Topic
  readonly category: string
  readonly span: Span
  /** Who says it: {@link ownProducer}, or a name of the network's. */
  readonly producer: string
  /** In whose name: a span may be carried on by another connection of the same user. */
  readonly owner: string
  /** Under which it is idempotent. */
  readonly dedupe?: string | undefined
  /** Said by us, of a producer that died. */
  readonly isVerdict?: boolean | undefined
}

/** What becomes of an update of a span. */
export type Ruling =
  | {
      readonly ok: true
      readonly span: Span
      /** A later update says all that it says: it may be left out for a reader who lags. */
      readonly isReplaceable: boolean
      /** What was accepted of the span before; `null` for its first. */
      readonly before: StatusEvent | null
    }
  | { readonly ok: false; readonly error: TelltaleError | null }

interface OpenSpan {
  readonly category: string
  readonly owner: string
  readonly startedAt: string
  producer: string
  event: StatusEvent
}

/** Most names of ended spans, and of what was said of spans, that are remembered. */
const namesMax = 20_000

/**
 * The spans that are open on this node, by conversation: who is responsible for each, and what was last accepted of it.
 * It keeps the log truthful: an ended span stays ended, a category stays, and nobody speaks for another's work.
 */
export class OpenSpans {
  readonly #limit: number
  readonly #hold: (topic: Topic) => () => void
  readonly #topics = new Map<Topic, { readonly spans: Map<string, OpenSpan>; readonly release: () => void }>()
  readonly #ended = new Set<string>()
  /** The names under which updates were said: what is sent twice is not said twice, also when its span has ended since. */
  readonly #said = new Set<string>()
  /** What was noted, and may have to be taken back. */
  readonly #noted = new WeakSet<SpanSaying>()
  #size = 0

  /** @param hold keeps a conversation from being forgotten as long as it has open spans. */
  constructor(limit: number, hold: (topic: Topic) => () => void) {
    this.#limit = limit
    this.#hold = hold
  }

  get size(): number {
    return this.#size
  }

  /** Whether readers have been told of a span, and not of its end. */
  isOpen(topic: Topic, id: string): boolean {
    return this.#topics.get(topic)?.spans.has(id) ?? false
  }

  /** Decides about an update; nothing is changed by it. */
  rule(saying: SpanSaying): Ruling {
    const { topic, span, dedupe, isVerdict = false } = saying
    const open = this.#topics.get(topic)?.spans.get(span.id)
    if (dedupe !== undefined && this.#said.has(`${topic}\0${dedupe}`)) {
      return { ok: true, span, isReplaceable: false, before: open?.event ?? null }
    }
    if (this.#ended.has(nameOf(topic, span.id))) return refuse(isVerdict, 'the span has ended')
    if (!open) {
      if (isVerdict) return refuse(true, '')
      if (this.#size >= this.#limit && !isSpanEnd(span.state)) {
        const error = new TelltaleError('TOO_MANY_REQUESTS', `more than ${this.#limit} spans are open`)
        return { ok: false, error }
      }
      return { ok: true, span, isReplaceable: false, before: null }
    }
    if (isVerdict && open.producer !== saying.producer) return refuse(true, '')
    if (open.category !== saying.category) return refuse(false, `the span's category is ${open.category}`)
    if (open.owner !== saying.owner) return refuse(false, 'the span is of another producer')
    const isReplaceable = !isSpanEnd(span.state) && open.event.span?.state === span.state
    return { ok: true, span: { ...span, startedAt: open.startedAt }, isReplaceable, before: open.event }
  }

  /** Takes note of an update that is on its way into the log; of what is sent again nothing more. */
  note(saying: SpanSaying, event: StatusEvent): void {
    const { topic, category, span, producer, owner, dedupe } = saying
    if (dedupe !== undefined) {
      if (this.#said.has(`${topic}\0${dedupe}`)) return
      remember(this.#said, `${topic}\0${dedupe}`)
    }
    this.#noted.add(saying)
    if (isSpanEnd(span.state)) {
      this.#close(topic, span.id)
      remember(this.#ended, nameOf(topic, span.id))
      return
    }
    const held = this.#topics.get(topic) ?? this.#openTopic(topic)
    const open = held.spans.get(span.id)
    if (open) {
      open.event = event
      open.producer = producer
      return
    }
    held.spans.set(span.id, { category, owner, producer, startedAt: span.startedAt, event })
    this.#size++
  }

  /** The log did not take an update: what was noted of this very saying is taken back. */
  forget(saying: SpanSaying, before: StatusEvent | null): void {
    const { topic, span, dedupe } = saying
    if (!this.#noted.delete(saying)) return
    if (dedupe !== undefined) this.#said.delete(`${topic}\0${dedupe}`)
    this.#ended.delete(nameOf(topic, span.id))
    if (!before?.span) return this.#close(topic, span.id)
    // Noted anew, not closed first: a conversation that nobody holds may be forgotten at once.
    this.note({ ...saying, span: before.span, dedupe: undefined }, before)
  }

  /** What is open of a producer, youngest first: children stand before their parents. */
  of(producer: string): { readonly topic: Topic; readonly owner: string; readonly event: StatusEvent }[] {
    const found: { topic: Topic; owner: string; event: StatusEvent }[] = []
    for (const [topic, { spans }] of this.#topics) {
      for (const open of spans.values()) {
        if (open.producer === producer) found.push({ topic, owner: open.owner, event: open.event })
      }
    }
    return found.reverse()
  }

  #openTopic(topic: Topic) {
    const held = { spans: new Map<string, OpenSpan>(), release: this.#hold(topic) }
    this.#topics.set(topic, held)
    return held
  }

  #close(topic: Topic, id: string): void {
    const held = this.#topics.get(topic)
    if (!held?.spans.delete(id)) return
    this.#size--
    if (held.spans.size > 0) return
    this.#topics.delete(topic)
    held.release()
  }
}

function refuse(isSilent: boolean, message: string): Ruling {
  return { ok: false, error: isSilent ? null : new TelltaleError('INVALID_INPUT', message) }
}

function nameOf(topic: Topic, id: string): string {
  return `${topic}\0${id}`
}

function remember(names: Set<string>, name: string): void {
  names.add(name)
  for (const oldest of names) {
    if (names.size <= namesMax) return
    names.delete(oldest)
  }
}
