import { TelltaleError } from './errors.ts'
import type { Retention } from './retention.ts'

/** Name of one log: `kind:id`, such as `status:conversation-7`. */
export type Topic = `${string}:${string}`

const idShape = /^[A-Za-z0-9_.:@-]{1,128}$/

/** Whether a text can be the id of a topic: 1 to 128 letters, digits and `_ . : @ -`. */
export function isTopicId(value: unknown): value is string {
  return typeof value === 'string' && idShape.test(value)
}

/** Builds a topic's name; refuses an id that {@link isTopicId} does not accept (`INVALID_INPUT`). */
export function formatTopic(kind: string, id: string): Topic {
  if (!isTopicId(id))
    throw new TelltaleError('INVALID_INPUT', `not an id for a ${kind} topic: 1 to 128 of A-Z a-z 0-9 _ . : @ -`)
  return `${kind}:${id}`
}

/** Splits a topic's name at its first colon. */
export function parseTopic(topic: Topic): { kind: string; id: string } {
  const colon = topic.indexOf(':')
  return { kind: topic.slice(0, colon), id: topic.slice(colon + 1) }
}

/** Typed definition of a kind of topic. */
export interface TopicSpec {
  readonly kind: string
  /** The event types, at most 31: a filter is one bit for each. Their place in this list is their bit. */
  readonly types: readonly string[]
  readonly retention: Retention
}

/** Most event types a topic can have: filters are bit masks of a 32-bit integer. */
export const typesMax = 31

/** The bit mask of the named types; absent names mean all. Unknown names give `null`. */
export function typeMask(spec: Pick<TopicSpec, 'types'>, names?: readonly string[]): number | null {
  if (!names) return 2 ** spec.types.length - 1
  let mask = 0
  for (const name of names) {
    const bit = spec.types.indexOf(name)
    if (bit < 0) return null
    mask |= 1 << bit
  }
  return mask
}
