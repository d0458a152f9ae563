import { counted, type Report } from '../report.ts'
import type { StepResult } from '../step-result.ts'
import type { ReadText } from '../text/read-text.ts'
import { stopWordsOf } from '../text/stop-words.ts'
import { rankable, rankedMax, summarise } from '../text/summary.ts'

/** Chooses the sentences that sum the document up. */
export function summary({ sentences, language }: ReadText, report: Report): StepResult<null> {
  const prose = rankable(sentences)
  const ranked = prose.slice(0, rankedMax)
  report.engine('TextRank', `Comparing ${counted(ranked.length, 'sentence')} with each other`, { model: 'PageRank' })
  if (ranked.length < prose.length) {
    report.info(`Only the first ${rankedMax} of ${counted(prose.length, 'sentence')} were ranked`, { limit: rankedMax })
  }
  const onCompared = report.progress(
    'sentences',
    ranked.length,
    (current, total) => `Compared ${current} of ${counted(total, 'sentence')}`,
  )
  const found = summarise(ranked, stopWordsOf(language), onCompared)
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
