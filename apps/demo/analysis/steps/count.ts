import type { ParsedDocument } from '../document.ts'
import { counted, type Report } from '../report.ts'
import type { StepResult } from '../step-result.ts'
import { countText } from '../text/counts.ts'
import { createSplitter, type Sentence } from '../text/sentences.ts'

/** Counts sentences and words. */
export function count({ blocks }: ParsedDocument, language: string, report: Report): StepResult<readonly Sentence[]> {
  report.tool('Intl.Segmenter', `Parting ${counted(blocks.length, 'block')} into sentences and words`, {
    query: language,
  })
  const splitter = createSplitter(language)
  const onBlock = report.progress(
    'blocks',
    blocks.length,
    (current, total) => `Counted ${current} of ${counted(total, 'block')}`,
  )
  const sentences: Sentence[] = []
  for (const [index, block] of blocks.entries()) {
    sentences.push(...splitter.sentencesOf(block))
    onBlock(index + 1)
  }
  const found = countText(blocks, sentences, language)
  return {
    value: sentences,
    text: `Counted ${counted(found.sentences, 'sentence')} and ${counted(found.words, 'word')}`,
    findings: { count: found },
    facts: { ...found },
  }
}
