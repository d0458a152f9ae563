import type { StepResult } from '../messages.ts'
import { counted, type Report } from '../report.ts'
import type { ReadText } from '../text/read-text.ts'
import { formulaOf, measureReadability } from '../text/readability.ts'

/** Measures readability. */
export async function readability({ sentences, language }: ReadText, report: Report): Promise<StepResult<null>> {
  const formulaName = formulaOf(language)
  const measure = (within: Report) =>
    within.counting({ unit: 'sentences', total: sentences.length, textOf }, (onSentence) =>
      measureReadability(sentences, language, onSentence),
    )
  if (formulaName === null) {
    report.info('There is no readability formula for this language: only the length of sentences is measured')
  }
  const weighing = `Weighing words and syllables of ${counted(sentences.length, 'sentence')}`
  const found =
    formulaName === null
      ? await measure(report)
      : await report.engine({ engine: formulaName, text: weighing }, async (span, within) => {
          const measured = await measure(within)
          span.end(measured.score === null ? 'There is nothing to weigh' : `The score is ${measured.score}`)
          return measured
        })
  const { score, formula, label, wordsPerSentence, readingMinutes } = found
  const length = `${counted(wordsPerSentence, 'word')} a sentence`
  return {
    value: null,
    text: score === null ? `Sentences have ${length} on average` : `Readability is ${score}, ${label}, with ${length}`,
    findings: { readability: found },
    facts: { score, formula, wordsPerSentence, readingMinutes },
  }
}

function textOf(current: number, total: number): string {
  return `Weighed ${current} of ${counted(total, 'sentence')}`
}
