import type { StepName } from '../api/analysis.ts'
import type { WorkMessage, WorkOrder } from './messages.ts'
import { Refused } from './refused.ts'
import { createReport, type Report } from './report.ts'
import type { StepResult } from './step-result.ts'

/** How an analysis is run. */
export interface AnalyseOptions {
  readonly order: WorkOrder
  /** Told everything, while it happens. */
  readonly tell: (message: WorkMessage) => void
  /** Called after each step but the last; the analysis goes on when it settles. */
  readonly rest: () => Promise<unknown>
}

/** Analyses a document, step by step. Each step is loaded when its turn comes: a worker starts sooner that way. */
export async function analyse({ order, tell, rest }: AnalyseOptions): Promise<void> {
  const run = async <TValue>(
    step: StepName,
    work: (report: Report) => Promise<StepResult<TValue>>,
  ): Promise<TValue> => {
    tell({ type: 'stepStarted', step })
    const startedAt = performance.now()
    const report = createReport(order.analysisId, step, (said) => tell({ type: 'said', said }))
    const { value, ...end } = await work(report)
    tell({ type: 'stepEnded', step, durationMs: Math.round(performance.now() - startedAt), end })
    if (step !== 'glossary') await rest()
    return value
  }

  try {
    const document = await run('parse', async (report) => (await import('./steps/parse.ts')).parse(order, report))
    const language = await run('language', async (report) =>
      (await import('./steps/language.ts')).language(document, report),
    )
    const sentences = await run('count', async (report) =>
      (await import('./steps/count.ts')).count(document, language, report),
    )
    const text = { document, language, sentences }
    await run('readability', async (report) => (await import('./steps/readability.ts')).readability(text, report))
    await run('phrases', async (report) => (await import('./steps/phrases.ts')).phrases(text, report))
    await run('links', async (report) => (await import('./steps/links.ts')).links(document, report))
    await run('summary', async (report) => (await import('./steps/summary.ts')).summary(text, report))
    await run('glossary', async (report) => (await import('./steps/glossary.ts')).glossary(text, report))
    tell({ type: 'finished' })
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    tell({ type: 'refused', code: error.code, message: error.message })
  }
}
