import type { StepResult } from '../messages.ts'
import { counted, type Report } from '../report.ts'
import { PhraseCounter } from '../text/phrase-counter.ts'
import { betweenStopWords, type Candidates, withoutStopWords } from '../text/phrases.ts'
import type { ReadText } from '../text/read-text.ts'
import { stopWordsOf } from '../text/stop-words.ts'
import { createTermReader, type Run } from '../text/terms.ts'

/** Most sentences whose grammar is looked at: compromise takes a minute for a whole novel. */
const sentencesMax = 2_000
/** Sentences whose grammar is looked at together. */
const portion = 10

/** Finds key phrases: candidates first, then how often each of them truly occurs in the whole text. */
export async function phrases(text: ReadText, report: Report): Promise<StepResult<null>> {
  const readTerms = createTermReader(text.language)
  const runs = text.sentences.flatMap((sentence) => readTerms(sentence.text))
  const candidates = text.language === 'en' ? await nounsIn(text, report, readTerms) : rakeIn(text, runs, report)
  const counting = `Counting ${counted(candidates.size, 'candidate')} in the whole text`
  const found = report.engine({ engine: 'C-value', text: counting }, (span) => {
    const counter = new PhraseCounter(candidates)
    for (const run of runs) counter.count(run)
    const best = counter.best()
    span.end(`Kept ${counted(best.length, 'phrase')}`)
    return best
  })
  const [first] = found
  return {
    value: null,
    text: first
      ? `The phrase that says most is “${first.phrase.slice(0, 80)}”, ${counted(first.count, 'time')}`
      : 'There are no key phrases',
    findings: { phrases: found },
    facts: { candidates: candidates.size, phrases: found.length },
  }
}

async function nounsIn(text: ReadText, report: Report, readTerms: (sentence: string) => Run[]): Promise<Candidates> {
  const sentences = text.sentences.slice(0, sentencesMax)
  if (sentences.length < text.sentences.length) {
    report.info(`Only the first ${sentencesMax.toLocaleString('en')} sentences were searched for noun phrases`)
  }
  const stopWords = stopWordsOf(text.language)
  const looking = `Looking for noun phrases in ${counted(sentences.length, 'sentence')}`
  const textOf = (current: number, total: number): string => `Looked at ${current} of ${counted(total, 'sentence')}`
  return report.tool({ tool: 'compromise', text: looking }, async (span, within) => {
    const { nounPhrasesOf } = await import('../text/nouns.ts')
    const candidates: Candidates = new Set()
    await within.counting({ unit: 'sentences', total: sentences.length, textOf }, async (onSentence) => {
      for (let from = 0; from < sentences.length; from += portion) {
        const some = sentences.slice(from, from + portion)
        for (const phrase of nounPhrasesOf(some.map((sentence) => sentence.text).join('\n\n'))) {
          for (const run of readTerms(phrase)) withoutStopWords(run, stopWords, candidates)
        }
        await onSentence(from + some.length)
      }
    })
    span.end(`Found ${counted(candidates.size, 'noun phrase')}`, { resultCount: candidates.size })
    return candidates
  })
}

function rakeIn({ language }: ReadText, runs: readonly Run[], report: Report): Candidates {
  const stopWords = stopWordsOf(language)
  if (stopWords.size === 0) report.info('There are no stop words for this language: phrases may hold empty words')
  const text = `Looking between ${counted(stopWords.size, 'stop word')} of the language`
  return report.engine({ engine: 'RAKE', text }, (span) => {
    const candidates: Candidates = new Set()
    for (const run of runs) betweenStopWords(run, stopWords, candidates)
    span.end(`Found ${counted(candidates.size, 'candidate')}`)
    return candidates
  })
}
