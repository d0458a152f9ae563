import type { StatusApi } from '@telltale/client/producer'
import { type AnalysisMetadata, analysisName, overviewConversation, type StepName, steps } from '../api/analysis.ts'
import { createBreath } from './breath.ts'
import type { Failure, StepResult, WorkMessage, WorkOrder } from './messages.ts'
import { Refused } from './refused.ts'
import { createReport, type Report } from './report.ts'

/** How an analysis is run. */
export interface AnalyseOptions {
  readonly order: WorkOrder
  /** Where everything is said, while it happens. */
  readonly status: StatusApi
  /** Told what is found, and how it ends; the analysis goes on when that was taken. */
  readonly tell: (message: WorkMessage) => Promise<unknown>
  /** Waits so many milliseconds; rejects when the signal is aborted. */
  readonly rest: (ms: number) => Promise<unknown>
  /** Ends it: an `AbortError` cancels, anything else fails. */
  readonly signal: AbortSignal
}

/** What a step says when it begins. */
const beginnings: { readonly [step in StepName]: string } = {
  parse: 'Reading the document',
  language: 'Finding the language',
  count: 'Counting sentences and words',
  readability: 'Measuring readability',
  phrases: 'Finding key phrases',
  links: 'Checking the form of links',
  summary: 'Choosing the sentences that sum it up',
  glossary: 'Looking for terms and what they mean',
}

const workflow = 'document_analysis'
const totalSteps = steps.length

/**
 * Analyses a document: a span for the whole of it, in it one for each step, in that what the step is made of. Each step is
 * loaded when its turn comes: a worker starts sooner that way. Never rejects.
 */
export async function analyse({ order, status, tell, rest, signal }: AnalyseOptions): Promise<void> {
  const { analysisId, conversationId, name, pauseMs } = order
  const startedAt = performance.now()
  const beginning = { category: 'workflow', name: analysisName(name), text: `Analysing ${name}` } as const
  const metadata = { workflow, analysisId, totalSteps } as const
  const whole = status.startSpan({ ...beginning, conversationId, metadata })
  // The overview's readers see all conversations: each word there says whose it is.
  const shown = { ...beginning, conversationId: overviewConversation, metadata: { ...metadata, conversationId } }
  const overview = status.startSpan(shown)
  const breathe = createBreath(signal)

  const run = async <TValue>(
    step: StepName,
    work: (report: Report) => StepResult<TValue> | Promise<StepResult<TValue>>,
  ): Promise<TValue> => {
    signal.throwIfAborted()
    const index = steps.findIndex((other) => other.name === step)
    const common: AnalysisMetadata = { workflow, analysisId, step }
    const title = steps[index]?.title ?? step
    const place = { ...common, currentStep: index + 1, totalSteps }
    const options = { category: 'workflow', name: title, text: beginnings[step], metadata: place } as const
    const value = await whole.status.span(options, async (span) => {
      try {
        const { value: result, text, findings, facts } = await work(createReport(span.status, common, breathe))
        // First to the desk: whoever hears that the step has ended asks there what it found.
        await tell({ type: 'found', findings })
        span.end(text, facts)
        return result
      } catch (error) {
        if (error instanceof Refused) {
          const { code, message } = error
          span.status.error(message, { ...common, type: 'Refusal', code, message, retryable: error.isRetryable })
        }
        throw error
      }
    })
    const next = steps[index + 1]
    whole.progress({ current: index + 1, total: totalSteps, unit: 'steps' })
    if (next && pauseMs > 0) {
      whole.waiting({ for: 'the next step: slowed down for watching' })
      await rest(pauseMs)
      whole.update(`Step ${index + 2} of ${totalSteps}: ${next.title}`)
    }
    return value
  }

  if (pauseMs > 0) {
    const text = `Slowed down for watching: rests ${pauseMs} ms after each step`
    whole.status.info(text, { workflow, analysisId, pauseMs })
  }
  try {
    const document = await run('parse', async (report) =>
      (await import('./steps/parse.ts')).parse(order, report, { rest, signal }),
    )
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
    await tell({ type: 'finished' })
    const end = `Analysed ${name} in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`
    for (const span of [whole, overview]) span.end(end, { completedSteps: totalSteps })
  } catch (error) {
    // What waits when it is aborted may throw an error of its own.
    const why: unknown = signal.aborted ? signal.reason : error
    if (why instanceof Error && why.name === 'AbortError') {
      for (const span of [whole, overview]) span.cancel('it was asked for')
      return
    }
    await tell({ type: 'failed', failure: failureOf(why) })
    for (const span of [whole, overview]) span.fail(why)
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof Refused) return { code: error.code, message: error.message }
  return { code: 'WORKER_DIED', message: 'The analysis met a defect of ours' }
}
