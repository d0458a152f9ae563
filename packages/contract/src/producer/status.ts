import type { AnyContract } from '../status/contract.ts'
import type { UpdateOptions } from '../status/update.ts'
import { type AmbientStore, ambientSpanId } from './ambient.ts'
import { type BoundParts, createBound, createVoice, type Voice } from './bound.ts'
import { read } from './given.ts'
import { beginLife, type Life } from './life.ts'
import { type ProducerParts, sayGiven } from './say.ts'
import type { StatusApi } from './status-api.ts'

/** The producers' face of a process, and its spans as a whole. */
export interface ProducerFace<TContract extends AnyContract> {
  readonly status: StatusApi<TContract>
  readonly spans: {
    /** How many this process has started and not ended. */
    readonly open: number
    /** Says what was put off. */
    flush(): void
    /** Says again where every open one stands, to a server that does not know them. */
    retell(): void
    /** The server has given up all that are open: nothing more is said of them. Spans from now on are others. */
    lose(): void
  }
}

/** Builds the producers' face of a contract. The casts give the methods that are made here their names in the type. */
export function createStatus<TContract extends AnyContract>(
  contract: { readonly names: readonly string[] },
  parts: ProducerParts,
): ProducerFace<TContract> {
  let life: Life = beginLife()
  const { ambient } = parts
  const bound: BoundParts = { ...parts, names: contract.names, life: () => life }
  const spanIdOf = (conversationId: string): string | undefined => ambientSpanId(ambient, conversationId)
  const voiceOf = (conversationId: string): Voice => createVoice(bound, conversationId, () => spanIdOf(conversationId))
  const voiceFor = (options: SpanCall): Voice => voiceOf(read(options, 'conversationId') as string)
  const handleOf = (conversationId: string): object =>
    createBound(bound, conversationId, () => spanIdOf(conversationId))
  const nowhere = createNowhere(bound)

  function say(
    conversationId: string,
    category: string,
    text: string,
    metadata?: unknown,
    options?: UpdateOptions,
  ): void {
    sayGiven(parts, spanIdOf, conversationId, category, text, metadata, options)
  }

  const api: Record<string, unknown> = { update: say }
  for (const category of contract.names) {
    api[category] = (conversationId: string, text: string, metadata?: unknown, options?: UpdateOptions) =>
      say(conversationId, category, text, metadata, options)
  }
  for (const name of ['bulkUpdate', 'maybeUpdate', 'withTiming', 'progressPercentage'] as const) {
    api[name] = (conversationId: string, ...rest: never[]) =>
      (voiceOf(conversationId)[name] as (...args: never[]) => void)(...rest)
  }
  api['in'] = handleOf
  api['run'] = (conversationId: string, action: () => unknown) => {
    const spanId = spanIdOf(conversationId)
    return ambient.run({ conversationId, spanId }, action)
  }
  api['current'] = () => {
    const place = ambient.getStore()
    return place ? createBound(bound, place.conversationId, () => place.spanId) : nowhere()
  }
  api['span'] = (options: SpanCall, work: (handle: object) => unknown) => voiceFor(options).span(options, work)
  api['startSpan'] = (options: SpanCall) => voiceFor(options).startSpan(options)

  return {
    status: Object.freeze(api) as StatusApi<TContract>,
    spans: {
      get open() {
        return life.open.size
      },
      flush() {
        for (const span of [...life.unsaid]) span.sayNow()
      },
      retell() {
        for (const span of [...life.open]) span.sayNow()
      },
      lose() {
        life.isLost = true
        for (const span of [...life.unsaid]) span.sayNow()
        life = beginLife()
      },
    },
  }
}

type SpanCall = Parameters<Voice['span']>[0] & { conversationId: string }

/** The handle of no conversation: it says nothing, its spans run their work, and the first time it is asked for it warns. */
function createNowhere(parts: BoundParts): () => object {
  let handle: object | null = null
  return () => {
    if (!handle) {
      parts.warn('status.current() was called outside of status.run() and of spans: what it is told goes nowhere')
      const ambient: AmbientStore = { getStore: () => undefined, run: (_place, action) => action() }
      handle = createBound({ ...parts, ambient, say: () => undefined, life: beginLife }, '', () => undefined)
    }
    return handle
  }
}
