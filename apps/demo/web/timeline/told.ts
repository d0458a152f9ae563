import type { StatusUpdate } from '@telltale/contract/wire'
import { type AnalysisMetadata, type StepName, steps, type WorkState } from '../../api/analysis.ts'

type Told = Pick<AnalysisMetadata, 'analysisId'> & Partial<Pick<AnalysisMetadata, 'step' | 'status' | 'durationMs'>>

/**
 * What an update says about an analysis; `null` when it is about none. Anyone may publish anything, so what does not
 * fit is left out.
 */
export function toldOf({ metadata }: StatusUpdate): Told | null {
  const { analysisId, step, status, durationMs } = metadata as Record<string, unknown>
  if (typeof analysisId !== 'string') return null
  return {
    analysisId,
    ...(isStepName(step) && { step }),
    ...(isWorkState(status) && { status }),
    ...(typeof durationMs === 'number' && durationMs >= 0 && { durationMs }),
  }
}

/** The analysis that was heard of last; `null` when none was. */
export function newestOf(updates: readonly StatusUpdate[]): string | null {
  for (const update of updates.toReversed()) {
    const told = toldOf(update)
    if (told) return told.analysisId
  }
  return null
}

const stepNames: ReadonlySet<unknown> = new Set(steps.map(({ name }) => name))
const workStates: ReadonlySet<unknown> = new Set([
  'queued',
  'running',
  'succeeded',
  'failed',
  'cancelled',
] satisfies WorkState[])

function isStepName(value: unknown): value is StepName {
  return stepNames.has(value)
}

function isWorkState(value: unknown): value is WorkState {
  return workStates.has(value)
}
