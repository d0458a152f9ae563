import type { StepEnd } from './messages.ts'

/** What a step answers: how it ended, and what the steps after it build on. */
export interface StepResult<TValue> extends StepEnd {
  readonly value: TValue
}
