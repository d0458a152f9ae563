import { copyJson, isPlainObject, type JsonObject } from '../json.ts'
import { toSafeError } from '../status/safe-error.ts'
import { isSpanEnd, type Span, type SpanEnd, type SpanProgress, type SpanState } from '../status/span.ts'
import { read, textOf, wordOf } from './given.ts'
import { type Life, openMax, type Unsaid } from './life.ts'
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
  readonly name: unknown
  readonly text?: unknown
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
  #metadata: JsonObject | undefined
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
    this.name = wordOf(options.name, options.category)
    this.parentId = options.parentId
    this.#text = textOf(options.text, this.name)
    this.#startedAt = new Date(clock.now()).toISOString()
    this.#startedAtMs = clock.monotonic()
    this.#saidAtMs = this.#startedAtMs
    if (life.open.size < openMax) life.open.add(this)
    this.#add(options.metadata)
    this.sayNow()
  }

  get state(): SpanState {
    return this.#life.isLost && !isSpanEnd(this.#state) ? 'lost' : this.#state
  }

  update(text: string, metadata?: object): void {
    this.#go('running', textOf(text, this.#text), {}, metadata)
  }

  progress(first: number | SpanProgress, second?: number | string, third?: string): void {
    const isCounted = typeof first === 'number'
    const said = isCounted ? { current: first, ...(typeof second === 'number' && { total: second }) } : first
    const text = isCounted ? third : second
    if (isSpanEnd(this.state) || typeof said !== 'object' || said === null) return
    this.#progress = toProgress(said)
    this.#text = textOf(text, this.#text)
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
    const [of, delayMs, error] = [read(retry, 'of'), read(retry, 'delayMs'), read(retry, 'error')]
    const attempt = wholeOf(read(retry, 'attempt'), 2)
    const attempts = of === undefined ? undefined : wholeOf(of, attempt)
    const number = attempts === undefined ? `${attempt}` : `${attempt} of ${attempts}`
    const circumstance = {
      ...(delayMs !== undefined && { retryInMs: wholeOf(delayMs, 0) }),
      ...(error !== undefined && { error: toSafeError(error) }),
    }
    if (isSpanEnd(this.state)) return
    this.#attempt = { attempt, ...(attempts !== undefined && { attempts }) }
    this.#go('retrying', textOf(text, `Trying again: attempt ${number}`), circumstance)
  }

  waiting(wait: { for: string }, text?: string): void {
    const waitingFor = wordOf(read(wait, 'for'), 'something')
    this.#go('waiting', textOf(text, `Waiting for ${waitingFor}`), { waitingFor })
  }

  fallback(change: { from: string; to: string }, text?: string): void {
    const from = wordOf(read(change, 'from'), 'something')
    const to = wordOf(read(change, 'to'), 'something else')
    if (isSpanEnd(this.state)) return
    this.#fallback = { from, to }
    this.#go('running', textOf(text, `Using ${to} instead of ${from}`), {})
  }

  end(text?: string, metadata?: object): void {
    this.#end('succeeded', textOf(text, this.name), {}, metadata)
  }

  fail(thrown: unknown, text?: string): void {
    const error = toSafeError(thrown)
    this.#end('failed', textOf(text, error.message), { error })
  }

  cancel(reason?: string): void {
    const why = wordOf(reason, '')
    this.#end('cancelled', why === '' ? 'Cancelled' : `Cancelled: ${why}`, why === '' ? {} : { reason: why })
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

  #go(state: SpanState, text: string, circumstance: Circumstance, metadata?: unknown): void {
    if (isSpanEnd(this.state)) return
    this.#state = state
    this.#circumstance = circumstance
    this.#text = text
    this.#add(metadata)
    this.sayNow()
  }

  /** A copy, so that what the caller does with it later does not show. What is no JSON must not stop what is said with it. */
  #add(metadata: unknown): void {
    if (metadata === undefined) return
    const copy = copyJson(metadata)
    const whole = copy.ok && isPlainObject(copy.value) ? { ...this.#metadata, ...copy.value } : metadata
    const kept = copyJson(whole)
    const fits =
      kept.ok && isPlainObject(kept.value) && (this.#parts.fits?.(this.category, kept.value as JsonObject) ?? true)
    if (fits) this.#metadata = kept.value as JsonObject
    // Said by itself, it is refused like all that does not fit, and so counted.
    else this.#parts.say(this.conversationId, this.category, this.#text, whole, { spanId: this.id })
  }

  #end(state: SpanEnd, text: string, circumstance: Circumstance, metadata?: object): void {
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

function wholeOf(value: unknown, least: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) return least
  return Math.min(Number.MAX_SAFE_INTEGER, Math.max(least, Math.round(value)))
}
