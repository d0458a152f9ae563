import type { Block } from '../document.ts'
import { isMidSentence } from './abbreviations.ts'

/** A sentence of a document; a heading or an item without a full stop is one of its own. */
export interface Sentence {
  readonly text: string
  readonly role: Block['role']
  /** As Unicode parts them (UAX #29): `don't`, `3.14` and `U.S` are one each, `well-known` is two. */
  readonly words: readonly string[]
}

/** Parts texts of one language into sentences and words. */
export interface Splitter {
  sentencesOf(block: Block): Sentence[]
}

/** A splitter for a language, by its BCP 47 code. Sentences are Unicode's (UAX #29), less what {@link isMidSentence} joins. */
export function createSplitter(language: string): Splitter {
  const locale = language === 'und' ? 'en' : language
  const bySentence = new Intl.Segmenter(locale, { granularity: 'sentence' })
  const byWord = new Intl.Segmenter(locale, { granularity: 'word' })
  const wordsOf = (text: string): string[] => {
    const words: string[] = []
    for (const { segment, isWordLike } of byWord.segment(text)) if (isWordLike) words.push(segment)
    return words
  }
  return {
    sentencesOf({ text, role }) {
      const sentences: Sentence[] = []
      for (const sentence of joined(bySentence.segment(text))) {
        const words = wordsOf(sentence)
        if (words.length > 0) sentences.push({ text: sentence.trim(), role, words })
      }
      return sentences
    },
  }
}

function* joined(segments: Intl.Segments): Generator<string> {
  let open: string[] = []
  for (const { segment } of segments) {
    const before = open.at(-1)
    if (before !== undefined && !isMidSentence(before, segment, open.length === 1)) {
      yield open.join('')
      open = []
    }
    open.push(segment)
  }
  if (open.length > 0) yield open.join('')
}
