import type { Canary } from './canary.ts'
import { dedupeAcrossFilters } from './dedupe-across-filters.ts'
import { historyBeforeAttach } from './history-before-attach.ts'
import { loseOneIn500 } from './lose-one-in-500.ts'
import { noReauthorization } from './no-reauthorization.ts'
import { skipDedupe } from './skip-dedupe.ts'
import { snapshotFromElsewhere } from './snapshot-from-elsewhere.ts'
import { swallowedGap } from './swallowed-gap.ts'
import { unboundedSend } from './unbounded-send.ts'
import { untrackedFrame } from './untracked-frame.ts'
import { wrongPositionOnReady } from './wrong-position-on-ready.ts'

/** Every bug that the checker has to find. */
export const canaries: readonly Canary[] = [
  skipDedupe,
  loseOneIn500,
  untrackedFrame,
  wrongPositionOnReady,
  dedupeAcrossFilters,
  snapshotFromElsewhere,
  historyBeforeAttach,
  noReauthorization,
  unboundedSend,
  swallowedGap,
]
