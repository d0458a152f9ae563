import type { Run } from './terms.ts'

/** Most terms of a phrase. */
export const termsMax = 4
/** Longest phrase, in characters. */
const lengthMax = 80

/** Phrases that may be key phrases: their terms in lower case, with a space between them. */
export type Candidates = Set<string>

/**
 * The candidates of RAKE (Rose et al. 2010, Automatic keyword extraction from individual documents): what stands
 * between two stop words or marks.
 */
export function betweenStopWords(run: Run, stopWords: ReadonlySet<string>, candidates: Candidates): void {
  let open: string[] = []
  const end = (): void => {
    if (isTelling(open)) candidates.add(open.join(' '))
    open = []
  }
  for (const term of run) {
    const key = term.toLowerCase()
    // A single letter is what an elision leaves.
    if (stopWords.has(key) || key.length === 1) end()
    else open.push(key)
  }
  end()
}

/** A noun phrase without the stop words at its ends: `the status report` is `status report`. */
export function withoutStopWords(run: Run, stopWords: ReadonlySet<string>, candidates: Candidates): void {
  const keys = run.map((term) => term.toLowerCase())
  const isStop = (key: string): boolean => stopWords.has(key)
  const first = keys.findIndex((key) => !isStop(key))
  const inner = first < 0 ? [] : keys.slice(first, keys.findLastIndex((key) => !isStop(key)) + 1)
  if (isTelling(inner) && !inner.some(isStop)) candidates.add(inner.join(' '))
}

function isTelling(keys: readonly string[]): boolean {
  if (keys.length === 0 || keys.length > termsMax) return false
  return keys.every((key) => /\p{L}/u.test(key)) && keys.join('').length > 2 && keys.join(' ').length <= lengthMax
}
