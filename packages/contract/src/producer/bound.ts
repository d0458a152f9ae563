import { copyJson, isPlainObject } from '../json.ts'
import { percentOf } from '../status/percent.ts'
import type { UpdateOptions } from '../status/update.ts'
import { itemsOf, read, textOf } from './given.ts'
import type { Life } from './life.ts'
import { OpenSpan, type StartOptions } from './open-span.ts'
import { runSpan } from './run-span.ts'
import { type ProducerClock, type ProducerParts, sayGiven } from './say.ts'

/** What a handle is made of: how it says things, and in which life its spans live. */
export interface BoundParts extends ProducerParts {
  /** Names of the categories. */
  readonly names: readonly string[]
  readonly life: () => Life
}

/** What can be said about one conversation, of any contract: the functions `BoundStatus` and `StatusApi` are made of. */
export interface Voice {
  update(category: string, text: string, metadata?: unknown, options?: UpdateOptions): void
  bulkUpdate(updates: readonly (UpdateOptions & { category: string; text: string; metadata?: unknown })[]): void
  maybeUpdate(condition: boolean, category: string, text: string, metadata?: unknown, options?: UpdateOptions): void
  withTiming(
    category: string,
    text: string,
    startedAt: number | Date,
    metadata?: unknown,
    options?: UpdateOptions,
  ): void
  progressPercentage(text: string, current: number, total: number, metadata?: unknown): void
  span(options: Omit<StartOptions, 'conversationId'>, work: (handle: object) => unknown): unknown
  startSpan(options: Omit<StartOptions, 'conversationId'>): object
}

/** Builds the voice of a conversation. `spanIdOf` tells the span that things are said in. */
export function createVoice(parts: BoundParts, conversationId: string, spanIdOf: () => string | undefined): Voice {
  const say = (category: string, text: string, metadata?: unknown, options?: UpdateOptions): void =>
    sayGiven(parts, spanIdOf, conversationId, category, text, metadata, options)
  const start = (options: Omit<StartOptions, 'conversationId'>): OpenSpan => {
    const parentId = read(options, 'parentId') ?? spanIdOf()
    const given: StartOptions = {
      conversationId,
      category: textOf(read(options, 'category'), ''),
      name: read(options, 'name'),
      text: read(options, 'text'),
      metadata: read(options, 'metadata'),
      parentId: typeof parentId === 'string' ? parentId : undefined,
    }
    return new OpenSpan(given, parts, parts.life())
  }
  return {
    update: say,
    bulkUpdate(updates) {
      for (const update of itemsOf(updates)) {
        const [category, text, metadata] = [read(update, 'category'), read(update, 'text'), read(update, 'metadata')]
        // What is none of these is refused where everything is.
        say(category as string, text as string, metadata, update as UpdateOptions)
      }
    },
    maybeUpdate(condition, category, text, metadata, options) {
      if (condition) say(category, text, metadata, options)
    },
    withTiming(category, text, startedAt, metadata, options) {
      const tookMs = sinceMs(startedAt, parts.clock)
      const durationMs = Number.isFinite(tookMs) ? Math.max(0, Math.round(tookMs)) : undefined
      say(category, text, withEntries(metadata, { durationMs }), options)
    },
    progressPercentage(text, current, total, metadata) {
      const percent = percentOf(current, total)
      const said = { current: finite(current), total: finite(total), percent }
      say('progress', text, withEntries(metadata, said))
    },
    span(options, work) {
      const span = start(options)
      return runSpan(span, createHandle(parts, span), parts.ambient, work)
    },
    startSpan: (options) => createHandle(parts, start(options)),
  }
}

/** The handle of a conversation: a voice, with one method a category. */
export function createBound(parts: BoundParts, conversationId: string, spanIdOf: () => string | undefined): object {
  const voice = createVoice(parts, conversationId, spanIdOf)
  const bound: Record<string, unknown> = { conversationId, ...voice }
  for (const category of parts.names) {
    bound[category] = (text: string, metadata?: unknown, options?: UpdateOptions) =>
      voice.update(category, text, metadata, options)
  }
  return Object.freeze(bound)
}

/** The handle of a span. Its functions need no `this`: they can be passed on. */
function createHandle(parts: BoundParts, span: OpenSpan): object {
  const { id, conversationId, category, name, parentId } = span
  let status: object | null = null
  return Object.freeze({
    id,
    conversationId,
    category,
    name,
    parentId,
    get state() {
      return span.state
    },
    get status() {
      status ??= createBound(parts, conversationId, () => id)
      return status
    },
    update: span.update.bind(span),
    progress: span.progress.bind(span),
    retrying: span.retrying.bind(span),
    waiting: span.waiting.bind(span),
    fallback: span.fallback.bind(span),
    end: span.end.bind(span),
    fail: span.fail.bind(span),
    cancel: span.cancel.bind(span),
    run: (action: () => unknown) => parts.ambient.run({ conversationId, spanId: id }, action),
    [Symbol.dispose]: () => span.cancel('left without an outcome'),
  })
}

/** Adds what is known to metadata; what is no object is handed on as it is, to be refused where everything is. */
function withEntries(metadata: unknown, entries: Record<string, number | undefined>): unknown {
  const known = Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined))
  if (metadata === undefined) return known
  const copy = copyJson(metadata)
  return copy.ok && isPlainObject(copy.value) ? { ...copy.value, ...known } : metadata
}

/** How long ago, in milliseconds, by the clock it was read from; `NaN` where it is no time. */
function sinceMs(startedAt: unknown, clock: ProducerClock): number {
  if (startedAt instanceof Date) return clock.now() - startedAt.getTime()
  return typeof startedAt === 'number' ? clock.monotonic() - startedAt : Number.NaN
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined
}
