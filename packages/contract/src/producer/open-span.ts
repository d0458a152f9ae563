import { copyJson, isPlainObject, type JsonObject } from '../json.ts'
import { toSafeError } from '../status/safe-error.ts'
import {
  cutSpanText,
  isSpanEnd,
  type Span,
  type SpanEnd,
  type SpanProgress,
  type SpanState,
  spanNameMax,
} from '../status/span.ts'
import type { Life, Unsaid } from './life.ts'
import { toProgress } from './progress.ts'
import type { ProducerParts } from './say.ts'

/** A span's progress is said at most once in this time, in milliseconds. */
const progressIntervalMs = 50

/** What is particular to a state: it goes away with it. */
type Circumstance = Pick<Span, 'retryInMs' | 'waitingFor' | 'error' | 'reason'>

/** What a span is started with, of any contract. */
export interface StartOptions {
  readonly conversationId: string
  readonly category: string
  readonly name: string
  readonly text?: string | undefined
  readonly parentId?: string | undefined
  readonly metadata?: unknown
}

/** A span that this process has started: its state, and how that is said. The typed face of it is `SpanHandle`. */
export class OpenSpan implements Unsaid {
  readonly id: string
  readonly conversationId: string
  readonly category: string
  readonly name: string
  readonly parentId: string | undefined
  readonly #parts: ProducerParts
  readonly #life: Life
  readonly #startedAt: string
  readonly #startedAtMs: number
  #state: SpanState = 'started'
  #text: string
  #metadata: unknown
  #progress: SpanProgress | undefined
  #attempt: { readonly attempt: number; readonly attempts?: number } | undefined
  #fallback: Span['fallback']
  #circumstance: Circumstance = {}
  #saidAtMs: number
  #cancelSay: (() => void) | null = null

  constructor(options: StartOptions, parts: ProducerParts, life: Life) {
    const { clock } = parts
    this.#parts = parts
    this.#life = life
    this.id = parts.nextSpanId()
    this.conversationId = options.conversationId
    this.category = options.category
    this.name = cutSpanText(String(options.name), spanNameMax)
    this.parentId = options.parentId
    this.#text = options.text === undefined ? this.name : String(options.text)
    this.#metadata = copyOf(options.metadata)
    this.#startedAt = new Date(clock.now()).toISOString()
    this.#startedAtMs = clock.monotonic()
    this.#saidAtMs = this.#startedAtMs
    life.open.add(this)
    this.sayNow()
  }

  get state(): SpanState {
    return this.#life.isLost && !isSpanEnd(this.#state) ? 'lost' : this.#state
  }

  update(text: string, metadata?: object): void {
    this.#go('running', text, {}, metadata)
  }

  progress(first: number | SpanProgress, second?: number | string, third?: string): void {
    const isCounted = typeof first === 'number'
    const said = isCounted ? { current: first, ...(typeof second === 'number' && { total: second }) } : first
    const text = isCounted ? third : second
    if (isSpanEnd(this.state) || typeof said !== 'object' || said === null) return
    this.#progress = toProgress(said)
    if (text !== undefined) this.#text = String(text)
    const isNews = this.#state !== 'running'
    this.#state = 'running'
    this.#circumstance = {}
    const dueInMs = this.#saidAtMs + progressIntervalMs - this.#parts.clock.monotonic()
    if (isNews || dueInMs <= 0) return this.sayNow()
    // Only the last counts: it is said when its time has come, or along with whatever is said before that.
    this.#life.unsaid.add(this)
    this.#cancelSay ??= this.#parts.clock.after(dueInMs, () => this.sayNow())
  }

  retrying(retry: { attempt: number; of?: number; delayMs?: number; error?: unknown }, text?: string): void {
    const attempt = wholeOf(retry.attempt, 2)
    const attempts = retry.of === undefined ? undefined : wholeOf(retry.of, attempt)
    this.#attempt = { attempt, ...(attempts !== undefined && { attempts }) }
    const number = attempts === undefined ? `${attempt}` : `${attempt} of ${attempts}`
    this.#go('retrying', text ?? `Trying again: attempt ${number}`, {
      ...(retry.delayMs !== undefined && { retryInMs: wholeOf(retry.delayMs, 0) }),
      ...(retry.error !== undefined && { error: toSafeError(retry.error) }),
    })
  }

  waiting(wait: { for: string }, text?: string): void {
    const waitingFor = cutSpanText(String(wait.for), spanNameMax)
    this.#go('waiting', text ?? `Waiting for ${waitingFor}`, { waitingFor })
  }

  fallback(change: { from: string; to: string }, text?: string): void {
    const from = cutSpanText(String(change.from), spanNameMax)
    const to = cutSpanText(String(change.to), spanNameMax)
    this.#fallback = { from, to }
    this.#go('running', text ?? `Using ${to} instead of ${from}`, {})
  }

  end(text?: string, metadata?: object): void {
    this.#end('succeeded', text ?? this.name, {}, metadata)
  }

  fail(thrown: unknown, text?: string): void {
    const error = toSafeError(thrown)
    this.#end('failed', text ?? error.message, { error })
  }

  cancel(reason?: string): void {
    const why = reason === undefined ? {} : { reason: cutSpanText(String(reason), spanNameMax) }
    this.#end('cancelled', reason === undefined ? 'Cancelled' : `Cancelled: ${why.reason}`, why)
  }

  /** Says where it stands, with what was put off. */
  sayNow(): void {
    this.#cancelSay?.()
    this.#cancelSay = null
    this.#life.unsaid.delete(this)
    if (this.#life.isLost) return
    this.#saidAtMs = this.#parts.clock.monotonic()
    this.#parts.say(this.conversationId, this.category, this.#text, this.#metadata, { span: this.#whole() })
  }

  #go(state: SpanState, text: string | undefined, circumstance: Circumstance, metadata?: object): void {
    if (isSpanEnd(this.state)) return
    this.#state = state
    this.#circumstance = circumstance
    if (text !== undefined) this.#text = String(text)
    if (metadata !== undefined) this.#metadata = merge(this.#metadata, metadata)
    this.sayNow()
  }

  #end(state: SpanEnd, text: string, circumstance: Circumstance, metadata?: object): void {
    if (isSpanEnd(this.state)) return
    this.#go(state, text, circumstance, metadata)
    this.#life.open.delete(this)
  }

  #whole(): Span {
    const progress = this.#progress
    return {
      id: this.id,
      ...(this.parentId !== undefined && { parentId: this.parentId }),
      name: this.name,
      state: this.#state,
      startedAt: this.#startedAt,
      ...(isSpanEnd(this.#state) && {
        durationMs: Math.max(0, Math.round(this.#parts.clock.monotonic() - this.#startedAtMs)),
      }),
      ...(progress && { progress }),
      ...this.#attempt,
      ...(this.#fallback && { fallback: this.#fallback }),
      ...this.#circumstance,
    }
  }
}

/** A copy, so that what the caller does with it later does not show in a later update. What is no JSON is refused when it is said. */
function copyOf(metadata: unknown): unknown {
  if (metadata === undefined) return undefined
  const copy = copyJson(metadata)
  return copy.ok ? copy.value : metadata
}

/** What is added is checked alone: something that is no JSON must not spoil what was said before. */
function merge(before: unknown, added: object): unknown {
  const copy = copyJson(added)
  if (!copy.ok || !isPlainObject(copy.value)) return before
  return { ...(isPlainObject(before) ? (before as JsonObject) : {}), ...copy.value }
}

function wholeOf(value: unknown, least: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? Math.max(least, Math.round(value)) : least
}
