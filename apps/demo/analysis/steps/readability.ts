import { counted, type Report } from '../report.ts'
import type { StepResult } from '../step-result.ts'
import type { ReadText } from '../text/read-text.ts'
import { formulaOf, measureReadability } from '../text/readability.ts'

/** Measures readability. */
export function readability({ sentences, language }: ReadText, report: Report): StepResult<null> {
  const formulaName = formulaOf(language)
  if (formulaName === null) {
    report.info('There is no readability formula for this language: only the length of sentences is measured')
  } else {
    report.engine(formulaName, `Weighing words and syllables of ${counted(sentences.length, 'sentence')}`)
  }
  const onSentence = report.progress(
    'sentences',
    sentences.length,
    (current, total) => `Weighed ${current} of ${counted(total, 'sentence')}`,
  )
  const found = measureReadability(sentences, language, onSentence)
  const { score, formula, label, wordsPerSentence, readingMinutes } = found
  const length = `${counted(wordsPerSentence, 'word')} a sentence`
  return {
    value: null,
    text: score === null ? `Sentences have ${length} on average` : `Readability is ${score}, ${label}, with ${length}`,
    findings: { readability: found },
    facts: { score, formula, wordsPerSentence, readingMinutes },
  }
}
