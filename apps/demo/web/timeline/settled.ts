import type { Analysis } from '../../api/analysis.ts'
import { isOver, type Step, type Work } from './work.ts'

/**
 * An analysis as its updates tell it, with what the server answers about it: the updates are quicker, but those of long
 * ago are not kept, and what they leave open the end decides.
 */
export function settled(work: Work, analysis: Analysis | undefined, isLost = false): Work {
  if (isLost && !isOver(work.state)) return lost(work)
  const state = isOver(work.state) ? work.state : (analysis?.state ?? work.state)
  return {
    ...work,
    state,
    startedAt: work.startedAt ?? analysis?.startedAt ?? null,
    durationMs: work.durationMs ?? durationOf(analysis),
    steps: work.steps.map((step) => settledStep(step, state, analysis)),
  }
}

/** The server does not know it any more: it began again, and nothing of what it was doing goes on. */
function lost(work: Work): Work {
  const problem = 'Lost: the server began again, and this ended with it'
  const steps = work.steps.map((step) => settledStep(step, 'failed', undefined))
  return { ...work, state: 'failed', text: problem, problem, durationMs: null, steps }
}

function settledStep(step: Step, state: Work['state'], analysis: Analysis | undefined): Step {
  if (isOver(step.state)) return step
  if (state === 'succeeded' || analysis?.findings[step.name] !== undefined) return { ...step, state: 'succeeded' }
  if (state === null || !isOver(state)) return step
  return { ...step, state: step.state === 'running' ? state : 'unreached' }
}

function durationOf(analysis: Analysis | undefined): number | null {
  if (!analysis?.startedAt || !analysis.endedAt) return null
  return Math.max(0, Date.parse(analysis.endedAt) - Date.parse(analysis.startedAt))
}
