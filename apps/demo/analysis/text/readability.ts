import type { Findings } from '../../api/analysis.ts'
import type { Sentence } from './sentences.ts'
import { type SyllableCounter, syllableCounters } from './syllables.ts'

/** Average silent reading of English prose (Brysbaert 2019), in words a minute. */
const wordsPerMinute = 238

interface Formula {
  readonly name: string
  readonly score: (wordsPerSentence: number, syllablesPerWord: number) => number
}

const formulas: { readonly [language: string]: Formula | undefined } = {
  // Flesch, R. (1948). A new readability yardstick. Journal of Applied Psychology 32(3).
  en: { name: 'Flesch reading ease', score: (length, syllables) => 206.835 - 1.015 * length - 84.6 * syllables },
  // Amstad, T. (1978). Wie verständlich sind unsere Zeitungen? University of Zurich.
  de: { name: 'Flesch–Amstad', score: (length, syllables) => 180 - length - 58.5 * syllables },
  // Kandel, L. and Moles, A. (1958). Application de l'indice de Flesch à la langue française. Cahiers Études de Radio-Télévision 19.
  fr: { name: 'Kandel–Moles', score: (length, syllables) => 207 - 1.015 * length - 73.6 * syllables },
  // Fernández Huerta, J. (1959). Medidas sencillas de lecturabilidad. Consigna 214; in words a sentence, as meant there.
  es: { name: 'Fernández Huerta', score: (length, syllables) => 206.84 - 1.02 * length - 60 * syllables },
}

/** The formula that is meant for a language; `null` where there is none. */
export function formulaOf(language: string): string | null {
  return formulas[language]?.name ?? null
}

/** Flesch's own seven steps; a text belongs to the first whose bound it reaches. */
const labels: readonly (readonly [min: number, label: string])[] = [
  [90, 'very easy'],
  [80, 'easy'],
  [70, 'fairly easy'],
  [60, 'standard'],
  [50, 'fairly difficult'],
  [30, 'difficult'],
  [Number.NEGATIVE_INFINITY, 'very difficult'],
]

/**
 * How easily a text is read. Words without a letter have no syllables to count and stay out of the score.
 * `onSentence` is called, and awaited, with how many sentences were counted.
 */
export async function measureReadability(
  sentences: readonly Sentence[],
  language: string,
  onSentence: (count: number) => Promise<void> | undefined = () => undefined,
): Promise<NonNullable<Findings['readability']>> {
  const formula = formulas[language]
  const countSyllables = remembering(syllableCounters[language] ?? (() => 0))
  let words = 0
  let spoken = 0
  let syllables = 0
  for (const [index, sentence] of sentences.entries()) {
    words += sentence.words.length
    for (const word of sentence.words) {
      if (!/\p{L}/u.test(word)) continue
      spoken++
      syllables += countSyllables(word)
    }
    await onSentence(index + 1)
  }
  const rates = {
    wordsPerSentence: toTenths(words / Math.max(1, sentences.length)),
    readingMinutes: toTenths(words / wordsPerMinute),
  }
  if (!formula || spoken === 0) return { score: null, formula: null, label: 'no formula for this language', ...rates }
  const score = toTenths(formula.score(spoken / sentences.length, syllables / spoken))
  const [, label = ''] = labels.find(([min]) => score >= min) ?? []
  return { score, formula: formula.name, label, ...rates }
}

/** A text repeats its words: each is counted once. */
function remembering(count: SyllableCounter): SyllableCounter {
  const known = new Map<string, number>()
  return (word) => {
    const syllables = known.get(word) ?? count(word)
    known.set(word, syllables)
    return syllables
  }
}

function toTenths(value: number): number {
  return Math.round(value * 10) / 10
}
