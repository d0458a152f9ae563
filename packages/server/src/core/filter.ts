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

/** Filters that are remembered of one topic spec. How many different ones there are is for readers to say. */
const rememberedMax = 256

const remembered = new WeakMap<TopicSpec, Map<string, Filter>>()

/**
 * The filter of some types; absent types mean all. `null` when a type is not of the topic. Most readers want the same:
 * equal filters are one object as long as there are not too many.
 */
export function createFilter(spec: TopicSpec, types?: readonly string[], priorityMin: Priority = 'low'): Filter | null {
  const mask = typeMask(spec, types)
  if (mask === null) return null
  const rankMin = priorityRank(priorityMin)
  const ofSpec = remembered.get(spec) ?? new Map<string, Filter>()
  remembered.set(spec, ofSpec)
  const name = `${mask} ${rankMin}`
  let filter = ofSpec.get(name)
  if (!filter) {
    filter = Object.freeze({ mask, rankMin, types: Object.freeze(spec.types.filter((_, bit) => (mask >> bit) & 1)) })
    // Those that many ask for are soon there again.
    if (ofSpec.size >= rememberedMax) ofSpec.clear()
    ofSpec.set(name, filter)
  }
  return filter
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
