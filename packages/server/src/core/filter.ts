import {
  type Counts,
  type Priority,
  type Publication,
  priorityRank,
  type TopicSpec,
  typeMask,
} from '@telltale/contract'

/** Which entries a reader wants: one bit for each type, and the least rank of priority. */
export interface Filter {
  readonly mask: number
  readonly rankMin: number
  /** The names of the wanted types. */
  readonly types: readonly string[]
}

/** Builds a filter; absent types mean all. `null` when a type is not of the topic. */
export function createFilter(spec: TopicSpec, types?: readonly string[], priorityMin: Priority = 'low'): Filter | null {
  const mask = typeMask(spec, types)
  if (mask === null) return null
  const rankMin = priorityRank(priorityMin)
  return { mask, rankMin, types: spec.types.filter((_, bit) => (mask >> bit) & 1) }
}

/** Decides, for one topic spec, whether entries pass filters. */
export interface Matcher {
  passes(entry: Publication, filter: Filter): boolean
  /** The part of a loss that concerns a filter; `null` when none of it does. */
  lossFor(counts: Counts, filter: Filter): Counts | null
}

/** Builds the {@link Matcher} of a topic spec. */
export function createMatcher(spec: TopicSpec): Matcher {
  const bits = new Map(spec.types.map((type, bit) => [type, 1 << bit]))
  return {
    passes(entry, filter) {
      if (entry.kind !== 'event') return false
      if (((bits.get(entry.type) ?? 0) & filter.mask) === 0) return false
      // A reader must not go on showing what is not so any more, whatever floor it asked for.
      return filter.rankMin === 0 || entry.passesFloor === true || priorityRank(entry.priority) >= filter.rankMin
    },
    lossFor(counts, filter) {
      const concerned = Object.entries(counts).filter(([type]) => ((bits.get(type) ?? 0) & filter.mask) !== 0)
      return concerned.length > 0 ? Object.fromEntries(concerned) : null
    },
  }
}
