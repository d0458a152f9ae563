import type { Findings } from '../../api/analysis.ts'
import type { Block } from '../document.ts'
import type { Sentence } from './sentences.ts'

/** Counts what a document has. Words that differ in case only are one; headings and items are no paragraphs. */
export function countText(
  blocks: readonly Block[],
  sentences: readonly Sentence[],
  language: string,
): NonNullable<Findings['count']> {
  const locale = language === 'und' ? 'en' : language
  const unique = new Set<string>()
  let words = 0
  for (const sentence of sentences) {
    words += sentence.words.length
    for (const word of sentence.words) unique.add(word.toLocaleLowerCase(locale))
  }
  const paragraphs = blocks.filter(({ role }) => role === 'paragraph' || role === 'definition').length
  return { sentences: sentences.length, words, uniqueWords: unique.size, paragraphs }
}
