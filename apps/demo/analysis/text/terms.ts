import { withoutAddresses } from '../document.ts'

/** Words that stand next to each other without a mark between them. */
export type Run = readonly string[]

/** What may stand within a term. */
const joint = /^[-\u2010\u2011'’]$/u

/** Languages in which an apostrophe stands between two words, not within one. */
const eliding: ReadonlySet<string> = new Set(['fr', 'it', 'ca'])

/**
 * Parts sentences into runs of terms, of which phrases are made. A term keeps its inner hyphens and apostrophes;
 * addresses are none.
 */
export function createTermReader(language: string): (sentence: string) => Run[] {
  const segmenter = new Intl.Segmenter(language === 'und' ? 'en' : language, { granularity: 'word' })
  const bare = (sentence: string): string => {
    const text = withoutAddresses(sentence, '|')
    return eliding.has(language) ? text.replace(/['’]/gu, ' ') : text
  }
  return (sentence) => {
    const runs: string[][] = []
    let terms: string[] = []
    let joined = ''
    const end = (): void => {
      if (terms.length > 0) runs.push(terms)
      terms = []
    }
    for (const { segment, isWordLike } of segmenter.segment(bare(sentence))) {
      const before = terms.at(-1)
      if (isWordLike && joined && before !== undefined) terms[terms.length - 1] = before + joined + segment
      else if (isWordLike) terms.push(segment)
      else if (!joint.test(segment) && segment.trim() !== '') end()
      joined = !isWordLike && joint.test(segment) ? segment : ''
    }
    end()
    return runs
  }
}
