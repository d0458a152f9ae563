import type { StatusApi } from '@telltale/server'
import type { Said, StepEnd } from '../analysis/messages.ts'
import {
  type Analysis,
  type AnalysisMetadata,
  overviewConversation,
  type StepName,
  steps,
  type WorkState,
} from '../api/analysis.ts'

/** Says in a conversation what happens to its analyses. */
export interface Announcer {
  /** It waits; `before` are before it. */
  queued(analysis: Analysis, before: number): void
  started(analysis: Analysis, pauseMs: number): void
  stepStarted(analysis: Analysis, step: StepName): void
  said(analysis: Analysis, said: Said): void
  stepEnded(analysis: Analysis, step: StepName, durationMs: number, end: StepEnd): void
  /** It is over: how, its state says; `running` is the step it was in, and for how many milliseconds. */
  ended(analysis: Analysis, running: { readonly step: StepName; readonly durationMs: number } | null): void
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

/** Creates the voice of the demo. */
export function createAnnouncer(status: StatusApi): Announcer {
  const about = (analysis: Analysis, text: string, details: { durationMs?: number; completedSteps?: number }): void => {
    const { id: analysisId, conversationId, state } = analysis
    status.workflow(conversationId, text, { workflow, analysisId, status: state, totalSteps, ...details })
    // The overview's readers see all conversations: each word there says whose it is.
    status.workflow(overviewConversation, text, { workflow, analysisId, conversationId, status: state, ...details })
  }
  const aboutStep = (
    { id: analysisId, conversationId }: Analysis,
    step: StepName,
    text: string,
    details: StepEnd['facts'] & { status: WorkState; durationMs?: number },
  ): void => {
    const index = steps.findIndex(({ name }) => name === step)
    const completedSteps = details.status === 'succeeded' ? index + 1 : index
    const common: AnalysisMetadata = { workflow, analysisId, step }
    status.workflow(conversationId, text, { ...details, ...common, currentStep: index + 1, totalSteps, completedSteps })
  }

  return {
    queued: (analysis, before) =>
      about(
        analysis,
        before === 0
          ? 'Waiting: it was given as the next to begin'
          : `Waiting: number ${before + 1} in the queue when it was given`,
        {},
      ),
    started(analysis, pauseMs) {
      about(analysis, `Analysing ${analysis.document.name}`, { completedSteps: 0 })
      if (pauseMs === 0) return
      const { id: analysisId, conversationId } = analysis
      const text = `Slowed down for watching: rests ${pauseMs} ms after each step`
      status.info(conversationId, text, { workflow, analysisId, pauseMs })
    },
    stepStarted: (analysis, step) => aboutStep(analysis, step, beginnings[step], { status: 'running' }),
    said({ conversationId }, said) {
      const options = said.key === undefined ? {} : { key: said.key }
      switch (said.category) {
        case 'engine':
          return status.engine(conversationId, said.text, said.metadata, options)
        case 'tool':
          return status.tool(conversationId, said.text, said.metadata, options)
        case 'progress':
          return status.progress(conversationId, said.text, said.metadata, options)
        case 'info':
          return status.info(conversationId, said.text, said.metadata, options)
      }
    },
    stepEnded: (analysis, step, durationMs, { text, facts }) =>
      aboutStep(analysis, step, text, { ...facts, status: 'succeeded', durationMs }),
    ended(analysis, running) {
      const { id: analysisId, conversationId, state, failure } = analysis
      if (failure) {
        const { code, message } = failure
        const step = running ? { step: running.step } : {}
        const details = { type: 'Refusal', code, message, retryable: isRetryable(code) }
        status.error(conversationId, message, { workflow, analysisId, ...step, ...details })
      }
      if (running && (state === 'failed' || state === 'cancelled')) {
        const { step, durationMs } = running
        aboutStep(analysis, step, `${titleOf(step)}: ${state}`, { status: state, durationMs })
      }
      const durationMs = durationOf(analysis)
      about(analysis, endingOf(analysis, durationMs), {
        durationMs,
        ...(state === 'succeeded' ? { completedSteps: totalSteps } : {}),
      })
    },
  }
}

function titleOf(step: StepName): string {
  return steps.find(({ name }) => name === step)?.title ?? step
}

function endingOf({ document, state }: Analysis, durationMs: number): string {
  if (state === 'cancelled') return `The analysis of ${document.name} was cancelled`
  if (state === 'failed') return `The analysis of ${document.name} failed`
  return `Analysed ${document.name} in ${(durationMs / 1_000).toFixed(1)} s`
}

function durationOf({ startedAt, endedAt }: Analysis): number {
  return startedAt && endedAt ? Date.parse(endedAt) - Date.parse(startedAt) : 0
}

/** The same document may go through later where we were the reason that it did not. */
function isRetryable(code: string): boolean {
  return code === 'TOO_MANY' || code === 'TIMEOUT' || code === 'WORKER_DIED'
}
