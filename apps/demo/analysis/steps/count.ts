import type { ParsedDocument } from '../document.ts'
import type { StepResult } from '../messages.ts'
import { counted, type Report } from '../report.ts'
import { countText } from '../text/counts.ts'
import { createSplitter, type Sentence } from '../text/sentences.ts'

/** Counts sentences and words. */
export async function count(
  { blocks }: ParsedDocument,
  language: string,
  report: Report,
): Promise<StepResult<readonly Sentence[]>> {
  const text = `Parting ${counted(blocks.length, 'block')} into sentences and words`
  const sentences = await report.tool({ tool: 'Intl.Segmenter', text, query: language }, async (span, within) => {
    const parts = await part(blocks, language, within)
    span.end(`Found ${counted(parts.length, 'sentence')}`, { resultCount: parts.length })
    return parts
  })
  const found = countText(blocks, sentences, language)
  return {
    value: sentences,
    text: `Counted ${counted(found.sentences, 'sentence')} and ${counted(found.words, 'word')}`,
    findings: { count: found },
    facts: { ...found },
  }
}

function part(blocks: ParsedDocument['blocks'], language: string, report: Report): Promise<Sentence[]> {
  const textOf = (current: number, total: number): string => `Counted ${current} of ${counted(total, 'block')}`
  return report.counting({ unit: 'blocks', total: blocks.length, textOf }, async (onBlock) => {
    const splitter = createSplitter(language)
    const sentences: Sentence[] = []
    for (const [index, block] of blocks.entries()) {
      for (const sentence of splitter.sentencesOf(block)) sentences.push(sentence)
      await onBlock(index + 1)
    }
    return sentences
  })
}
