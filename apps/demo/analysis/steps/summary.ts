import type { StepResult } from '../messages.ts'
import { counted, type Report } from '../report.ts'
import type { ReadText } from '../text/read-text.ts'
import { stopWordsOf } from '../text/stop-words.ts'
import { rankable, rankedMax, summarise } from '../text/summary.ts'

/** Chooses the sentences that sum the document up. */
export async function summary({ sentences, language }: ReadText, report: Report): Promise<StepResult<null>> {
  const prose = rankable(sentences)
  const ranked = prose.slice(0, rankedMax)
  if (ranked.length < prose.length) {
    report.info(`Only the first ${rankedMax} of ${counted(prose.length, 'sentence')} were ranked`, { limit: rankedMax })
  }
  const comparing = `Comparing ${counted(ranked.length, 'sentence')} with each other`
  const textOf = (current: number, total: number): string => `Compared ${current} of ${counted(total, 'sentence')}`
  const found = await report.engine(
    { engine: 'TextRank', text: comparing, model: 'PageRank' },
    async (span, within) => {
      const chosen = await within.counting({ unit: 'sentences', total: ranked.length, textOf }, (onCompared) =>
        summarise(ranked, stopWordsOf(language), onCompared),
      )
      span.end(`Chose ${counted(chosen.length, 'sentence')}`)
      return chosen
    },
  )
  return {
    value: null,
    text:
      found.length === 0
        ? 'There is no prose to sum up'
        : `Chose ${counted(found.length, 'sentence')} of ${ranked.length}`,
    findings: { summary: found },
    facts: { ranked: ranked.length, chosen: found.length },
  }
}
