import type { StatusUpdate } from '@telltale/contract/wire'
import { type StepName, steps } from '../../api/analysis.ts'
import { fractionOf } from '../stream/fraction-of.ts'
import { toldOf } from './told.ts'
import { isOver, type Step, type Work } from './work.ts'

/** Folds the updates of a conversation, oldest first, to one of its analyses. Pure. */
export function stepsOf(updates: readonly StatusUpdate[], analysisId: string): Work {
  const known = new Map<StepName, Step>(steps.map((step) => [step.name, { ...unheard, ...step }]))
  let whole: Omit<Work, 'steps'> = { ...silent, analysisId }
  for (const update of updates) {
    const told = toldOf(update)
    if (told?.analysisId !== analysisId) continue
    const { status, durationMs = null } = told
    const step = told.step && known.get(told.step)
    whole = { ...whole, text: update.text, problem: problemOf(update) ?? whole.problem }
    if (step) known.set(step.name, nextStep(step, update, status, durationMs))
    else if (status && !isOver(whole.state)) {
      const startedAt = status === 'running' ? (whole.startedAt ?? update.timestamp) : whole.startedAt
      whole = { ...whole, state: status, startedAt, durationMs }
    }
  }
  return { ...whole, steps: [...known.values()] }
}

const silent = { state: null, text: null, startedAt: null, durationMs: null, problem: null }
const unheard = { ...silent, state: 'waiting', fraction: null } as const

function nextStep(
  step: Step,
  update: StatusUpdate,
  status: Step['state'] | undefined,
  durationMs: number | null,
): Step {
  const said = { ...step, text: update.text, problem: problemOf(update) ?? step.problem }
  // What ended does not begin again.
  if (isOver(step.state)) return said
  switch (update.category) {
    case 'workflow':
      if (!status) return said
      return { ...said, state: status, durationMs, startedAt: startOf(step, status, update) }
    case 'progress':
      // Its start may be older than what the page has: who reports progress runs.
      return { ...said, state: 'running', fraction: fractionOf(update), startedAt: step.startedAt }
    default:
      return said
  }
}

function problemOf({ category, text }: StatusUpdate): string | null {
  return category === 'error' ? text : null
}

function startOf(step: Step, state: Step['state'], { timestamp }: StatusUpdate): string | null {
  return state === 'running' ? (step.startedAt ?? timestamp) : step.startedAt
}
