import type { StepResult } from '../messages.ts'
import { counted, type Report } from '../report.ts'
import { buildGlossary } from '../text/glossary.ts'
import type { ReadText } from '../text/read-text.ts'
import { stopWordsOf } from '../text/stop-words.ts'

/** Builds the glossary. */
export function glossary({ document, sentences, language }: ReadText, report: Report): StepResult<null> {
  const text = `Looking for abbreviations and definitions in ${counted(sentences.length, 'sentence')}`
  const found = report.engine({ engine: 'Schwartz–Hearst', text }, (span) => {
    const terms = buildGlossary(document.blocks, sentences, language, stopWordsOf(language))
    span.end(`Found ${counted(terms.length, 'term')}`)
    return terms
  })
  return {
    value: null,
    text:
      found.length === 0 ? 'The document explains no terms' : `Found the meaning of ${counted(found.length, 'term')}`,
    findings: { glossary: found },
    facts: { terms: found.length },
  }
}
