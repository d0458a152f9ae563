import type { ShownState } from '../timeline/standing.ts'
import { isOver } from '../timeline/standing.ts'

const words: Record<ShownState, string> = {
  planned: 'planned',
  queued: 'queued',
  running: 'running',
  waiting: 'waiting',
  retrying: 'trying again',
  succeeded: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
  lost: 'lost',
  unreached: 'not reached',
}

/** The word for a state; what nobody hears of any more only was so. */
export function wordOf(state: ShownState, isLive = true): string {
  return isLive || isOver(state) || state === 'planned' ? words[state] : `was ${words[state]}`
}
