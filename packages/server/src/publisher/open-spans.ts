import { isSpanEnd, type Span, TelltaleError, type Topic } from '@telltale/contract'
import type { Accepted } from './accepted.ts'

/** Bounds of the spans that are open. */
export interface OpenSpanLimits {
  /** Most open spans of this server's own process, and as many again of the network; a start beyond it is refused. @default 20_000 */
  readonly openSpansMax: number
  /** Most open spans of one user of the network. @default 5_000 */
  readonly openSpansPerUser: number
}

/** In whose name this process speaks. */
export const ownOwner = ''

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

/** Where a span stands: what was last accepted of it. */
export interface SpanStanding {
  readonly conversationId: string
  readonly category: string
  readonly metadataJson: string
  readonly span: Span
}

/** A span that is open, and who answers for it. */
export interface OwnedSpan {
  readonly topic: Topic
  readonly owner: string
  readonly producer: string
  readonly standing: SpanStanding
}

/** What becomes of an update of a span. */
export type Ruling =
  | {
      readonly ok: true
      readonly span: Span
      /** A later update says all that it says: it may be left out for a reader who lags. */
      readonly isReplaceable: boolean
      /** What was accepted of the span before; `null` for its first. */
      readonly before: SpanStanding | null
      /** It was said before, and this became of it. */
      readonly accepted?: Accepted | null
    }
  | { readonly ok: false; readonly error: TelltaleError | null }

interface OpenSpan {
  readonly category: string
  readonly owner: string
  readonly startedAt: string
  producer: string
  standing: SpanStanding
}

/** Most names of ended spans, and of what was said of spans, that are remembered. */
const namesMax = 20_000

/**
 * The spans that are open on this node, by conversation: who is responsible for each, and what was last accepted of it.
 * It keeps the log truthful: an ended span stays ended, a category stays, and nobody speaks for another's work.
 */
export class OpenSpans {
  readonly #limits: OpenSpanLimits
  readonly #hold: (topic: Topic) => () => void
  readonly #topics = new Map<Topic, { readonly spans: Map<string, OpenSpan>; readonly release: () => void }>()
  readonly #ended = new Set<string>()
  /** What became of updates by their names: what is sent twice is not said twice, also when its span has ended since. */
  readonly #said = new Map<string, Accepted | null>()
  readonly #openOf = new Map<string, number>()
  /** What was noted, and may have to be taken back. */
  readonly #noted = new WeakSet<SpanSaying>()
  #size = 0

  /** @param hold keeps a conversation from being forgotten as long as it has open spans. */
  constructor(limits: OpenSpanLimits, hold: (topic: Topic) => () => void) {
    this.#limits = limits
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
      // The log may have forgotten the name, but we have not: it must not be said again.
      const accepted = this.#said.get(`${topic}\0${dedupe}`) ?? null
      return { ok: true, span, isReplaceable: false, before: open?.standing ?? null, accepted }
    }
    if (this.#ended.has(nameOf(topic, span.id))) return refuse(isVerdict, 'the span has ended')
    if (!open) {
      if (isVerdict) return refuse(true, '')
      const problem = isSpanEnd(span.state) ? null : this.#problemWithOneMore(saying)
      if (problem !== null) return { ok: false, error: new TelltaleError('TOO_MANY_REQUESTS', problem) }
      return { ok: true, span, isReplaceable: false, before: null }
    }
    if (isVerdict && open.producer !== saying.producer) return refuse(true, '')
    if (open.category !== saying.category) return refuse(false, `the span's category is ${open.category}`)
    if (open.owner !== saying.owner) return refuse(false, 'the span is of another producer')
    const isReplaceable = !isSpanEnd(span.state) && open.standing.span.state === span.state
    return { ok: true, span: { ...span, startedAt: open.startedAt }, isReplaceable, before: open.standing }
  }

  /** Takes note of an update that is on its way into the log; of what is sent again nothing more. */
  note(saying: SpanSaying, standing: SpanStanding): void {
    const { topic, category, span, producer, owner, dedupe } = saying
    if (dedupe !== undefined) {
      if (this.#said.has(`${topic}\0${dedupe}`)) return
      rememberAs(this.#said, `${topic}\0${dedupe}`, null)
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
      open.standing = standing
      open.producer = producer
      return
    }
    held.spans.set(span.id, { category, owner, producer, startedAt: span.startedAt, standing })
    this.#count(owner, 1)
  }

  /** The log did not take an update: what was noted of this very saying is taken back. */
  forget(saying: SpanSaying, before: SpanStanding | null): void {
    const { topic, span, dedupe } = saying
    if (!this.#noted.delete(saying)) return
    if (dedupe !== undefined) this.#said.delete(`${topic}\0${dedupe}`)
    this.#ended.delete(nameOf(topic, span.id))
    if (!before) return this.#close(topic, span.id)
    // Noted anew, not closed first: a conversation that nobody holds may be forgotten at once.
    this.note({ ...saying, span: before.span, dedupe: undefined }, before)
  }

  /** What is open of a producer, youngest first: children stand before their parents. */
  of(producer: string): OwnedSpan[] {
    const found: OwnedSpan[] = []
    for (const [topic, { spans }] of this.#topics) {
      for (const { owner, standing, ...open } of spans.values()) {
        if (open.producer === producer) found.push({ topic, owner, producer, standing })
      }
    }
    return found.reverse()
  }

  /** What somebody has open in a conversation, youngest first, and whose lease each hangs on. */
  ownedBy(owner: string, topic: Topic): OwnedSpan[] {
    const own = [...(this.#topics.get(topic)?.spans.values() ?? [])].filter((open) => open.owner === owner)
    return own.map(({ standing, producer }) => ({ topic, owner, standing, producer })).reverse()
  }

  /** An update was accepted: whoever sends it again is told the same. */
  accepted({ topic, dedupe }: SpanSaying, accepted: Accepted): void {
    const name = `${topic}\0${dedupe}`
    if (dedupe !== undefined && this.#said.has(name)) this.#said.set(name, accepted)
  }

  /** This process's own spans and those of the network have room for themselves: neither can crowd out the other. */
  #problemWithOneMore({ producer, owner }: SpanSaying): string | null {
    const own = this.#openOf.get(ownOwner) ?? 0
    const isOwn = producer === ownProducer
    if ((isOwn ? own : this.#size - own) >= this.#limits.openSpansMax) {
      return `more than ${this.#limits.openSpansMax} spans are open`
    }
    const { openSpansPerUser } = this.#limits
    if (isOwn || (this.#openOf.get(owner) ?? 0) < openSpansPerUser) return null
    return `more than ${openSpansPerUser} spans of one user are open`
  }

  #count(owner: string, change: number): void {
    this.#size += change
    const count = (this.#openOf.get(owner) ?? 0) + change
    if (count > 0) this.#openOf.set(owner, count)
    else this.#openOf.delete(owner)
  }

  #openTopic(topic: Topic) {
    const held = { spans: new Map<string, OpenSpan>(), release: this.#hold(topic) }
    this.#topics.set(topic, held)
    return held
  }

  #close(topic: Topic, id: string): void {
    const held = this.#topics.get(topic)
    const open = held?.spans.get(id)
    if (!held || !open) return
    held.spans.delete(id)
    this.#count(open.owner, -1)
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

function rememberAs<T>(names: Map<string, T>, name: string, value: T): void {
  names.set(name, value)
  for (const oldest of names.keys()) {
    if (names.size <= namesMax) return
    names.delete(oldest)
  }
}

function remember(names: Set<string>, name: string): void {
  names.add(name)
  for (const oldest of names) {
    if (names.size <= namesMax) return
    names.delete(oldest)
  }
}
