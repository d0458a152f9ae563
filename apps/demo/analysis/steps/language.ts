import type { ParsedDocument } from '../document.ts'
import type { StepResult } from '../messages.ts'
import type { Report } from '../report.ts'
import { findLanguage, samplesMax } from '../text/language.ts'

/** Finds the language; the steps after it go by its code. */
export function language(document: ParsedDocument, report: Report): StepResult<string> {
  const text = `Comparing the letter triples of up to ${samplesMax} samples`
  const found = report.engine({ engine: 'franc', text }, (span) => {
    const language = findLanguage(document)
    span.end(language.code === 'und' ? 'None is like it' : `It is most like ${language.name}`)
    return language
  })
  if (!found.isReliable) report.info('The text does not suffice to be sure of the language', { language: found.code })
  return {
    value: found.code,
    text: found.code === 'und' ? 'The language stays undetermined' : `The language is ${found.name}`,
    findings: { language: found },
    facts: { language: found.code, isReliable: found.isReliable },
  }
}
