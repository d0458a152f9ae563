import type { JsonObject } from '../json.ts'
import type { Span } from '../status/span.ts'
import type { UpdateOptions } from '../status/update.ts'
import type { AmbientStore } from './ambient.ts'
import { optionsOf, textOf } from './given.ts'

/** What may go along with a thing said: for an update of a span, the span's whole state. */
export interface SayOptions extends UpdateOptions {
  readonly span?: Span
}

/** Takes what a producer says. Returns at once and never throws. */
export type Say = (
  conversationId: string,
  category: string,
  text: string,
  metadata?: unknown,
  options?: SayOptions,
) => void

/** Time, as producers need it. */
export interface ProducerClock {
  /** Wall clock, in milliseconds since 1970. */
  now(): number
  /** Never steps back, in milliseconds; only differences mean something. */
  monotonic(): number
  /** Calls once after a delay; the answer stops it. */
  after(delayMs: number, callback: () => void): () => void
}

/** What the producers' face of a process is made of. */
export interface ProducerParts {
  readonly say: Say
  readonly ambient: AmbientStore
  readonly clock: ProducerClock
  readonly nextSpanId: () => string
  /** Whether metadata fits its category, where that is known here: what does not fit is not kept for later updates. */
  readonly fits?: (category: string, metadata: JsonObject) => boolean
  /** Tells the developer of a mistake. */
  readonly warn: (message: string) => void
}

/** Says what a caller handed in, whatever that is, in the span that it is said in. Never throws. */
export function sayGiven(
  parts: Pick<ProducerParts, 'say'>,
  spanIdOf: (conversationId: string) => string | undefined,
  conversationId: string,
  category: string,
  text: string,
  metadata: unknown,
  given: UpdateOptions | undefined,
): void {
  const options = given === undefined ? undefined : optionsOf(given)
  const spanId = options?.spanId === undefined ? spanIdOf(conversationId) : undefined
  const known = spanId === undefined ? options : { ...options, spanId }
  parts.say(conversationId, textOf(category, ''), text, metadata, known)
}
