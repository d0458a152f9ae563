import type { StepName, WorkState } from '../../api/analysis.ts'
import type { Fraction } from '../stream/fraction-of.ts'

/** How a step stands: as its updates say, before its turn, or left out because the analysis ended before. */
export type StepState = WorkState | 'waiting' | 'unreached'

/** One step of an analysis, to be shown. */
export interface Step {
  readonly name: StepName
  readonly title: string
  readonly state: StepState
  /** What was said last about it. */
  readonly text: string | null
  readonly startedAt: string | null
  readonly durationMs: number | null
  readonly fraction: Fraction | null
  /** What went wrong in it. */
  readonly problem: string | null
}

/** One analysis, as far as its updates tell of it. */
export interface Work {
  readonly analysisId: string
  /** `null` while nothing was said of the whole of it. */
  readonly state: WorkState | null
  /** What was said last about it or any of its steps. */
  readonly text: string | null
  readonly startedAt: string | null
  readonly durationMs: number | null
  /** Why it failed. */
  readonly problem: string | null
  /** All of them, in their order. */
  readonly steps: readonly Step[]
}

/** Whether nothing more will happen to it. */
export function isOver(state: StepState | null): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled' || state === 'unreached'
}
