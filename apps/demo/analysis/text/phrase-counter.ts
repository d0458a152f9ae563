import type { Findings } from '../../api/analysis.ts'
import { type Candidates, termsMax } from './phrases.ts'
import type { Run } from './terms.ts'

/** Most phrases that are found. */
const phrasesMax = 12

/** A candidate that was found: how often, and how often written in which way. */
interface Found {
  count: number
  readonly ways: Map<string, number>
}

/** How often candidates occur, and which of them say most. */
export class PhraseCounter {
  readonly #candidates: Candidates
  readonly #found = new Map<string, Found>()

  constructor(candidates: Candidates) {
    this.#candidates = candidates
  }

  /** Counts every candidate wherever its terms stand in a row, whatever their case. */
  count(run: Run): void {
    const keys = run.map((term) => term.toLowerCase())
    for (let from = 0; from < keys.length; from++) {
      for (let to = from + 1; to <= Math.min(keys.length, from + termsMax); to++) {
        const key = keys.slice(from, to).join(' ')
        if (this.#candidates.has(key)) this.#add(key, run.slice(from, to).join(' '))
      }
    }
  }

  /**
   * The phrases that say most, by their C-value (Frantzi, Ananiadou and Mima 2000): length counts, and what occurs
   * mostly inside longer phrases does not. The logarithm is raised by one, so that single words have a value
   * (Barrón-Cedeño et al. 2009). What occurs once says little and comes last. Of a singular and its plural only the
   * better one is taken, with its own count.
   */
  best(): NonNullable<Findings['phrases']> {
    const around = this.#countAround()
    const ranked = [...this.#found].map(([key, { count, ways }]) => {
      const { sum, of } = around.get(key) ?? { sum: 0, of: 1 }
      const value = (1 + Math.log2(key.split(' ').length)) * (count - sum / of)
      return { key, count, ways, value: count === 1 ? value / 100 : value }
    })
    ranked.sort((a, b) => b.value - a.value || b.count - a.count || (a.key < b.key ? -1 : 1))
    const taken = new Set<string>()
    const phrases: { phrase: string; count: number }[] = []
    for (const { key, count, ways } of ranked) {
      if (phrases.length === phrasesMax) break
      if (formsOf(key).some((form) => taken.has(form))) continue
      taken.add(key)
      phrases.push({ phrase: mostFrequent(ways), count })
    }
    return phrases
  }

  /** For each phrase how many longer ones hold it, and how often those occur together. */
  #countAround(): ReadonlyMap<string, { readonly sum: number; readonly of: number }> {
    const around = new Map<string, { sum: number; of: number }>()
    for (const [key, { count }] of this.#found) {
      for (const part of partsOf(key)) {
        const { sum, of } = around.get(part) ?? { sum: 0, of: 0 }
        around.set(part, { sum: sum + count, of: of + 1 })
      }
    }
    return around
  }

  #add(key: string, way: string): void {
    const found = this.#found.get(key) ?? { count: 0, ways: new Map<string, number>() }
    found.count++
    found.ways.set(way, (found.ways.get(way) ?? 0) + 1)
    this.#found.set(key, found)
  }
}

/** The shorter phrases within one. */
function partsOf(key: string): Set<string> {
  const terms = key.split(' ')
  const parts = new Set<string>()
  for (let from = 0; from < terms.length; from++) {
    for (let to = from + 1; to <= terms.length; to++) parts.add(terms.slice(from, to).join(' '))
  }
  parts.delete(key)
  return parts
}

/** A phrase in the singular and the plural, as far as an s tells. */
function formsOf(key: string): string[] {
  return [`${key}s`, key.replace(/s$/, ''), key.replace(/y$/, 'ies'), key.replace(/ies$/, 'y')]
}

function mostFrequent(ways: ReadonlyMap<string, number>): string {
  let best = ''
  let most = 0
  for (const [way, count] of ways) {
    if (count <= most) continue
    best = way
    most = count
  }
  return best
}
