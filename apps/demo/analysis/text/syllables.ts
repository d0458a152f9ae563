import { syllable } from 'syllable'

/**
 * Counts the syllables of a word: by the `syllable` library in English, elsewhere by its groups of vowels, with what
 * each language does to them. Close enough for an average, not for poetry.
 */
export type SyllableCounter = (word: string) => number

/** The counters, by language. Where there is none, there is no readability formula either. */
export const syllableCounters: { readonly [language: string]: SyllableCounter | undefined } = {
  en: (word) => Math.max(1, syllable(word)),
  // Every group of vowels is one, with eu, ei, au and ie among them.
  de: (word) => groups(word, /[aeiouyäöüéàè]+/giu),
  // A final e, es or ent is mute.
  fr: (word) =>
    groups(
      word.replace(/(?<=[aeiouyàâéèêëîïôûüœ].*[^aeiouyàâéèêëîïôûüœ])(?:e|es|ent)$/iu, ''),
      /[aeiouyàâæéèêëîïôœùûü]+/giu,
    ),
  // Two strong vowels, or a stressed weak one, are two syllables.
  es: (word) =>
    groups(
      word.replace(/(?<=[qg])u(?=[eiéí])/giu, ''),
      /[iuü]?[aeoáéó][iuüy]?(?![aeoáéóí])|[iuü]?[aeoáéó]|[íú]|[iuüy]+/giu,
    ),
}

function groups(word: string, vowels: RegExp): number {
  return Math.max(1, word.match(vowels)?.length ?? 0)
}
