import type { StreamView } from '@telltale/client'
import { parsePosition } from '@telltale/contract'
import type { Findings } from './findings.ts'
import type { Ledger } from './ledger.ts'
import { countAll, isSame, stretchOf, sum } from './stretch.ts'
import type { ReaderFacts } from './told.ts'

/** What an application shows at rest. */
export interface Shown {
  readonly view: StreamView
  readonly wanted: readonly string[]
  /** Behind what it counts; everything else counts from the origin. */
  readonly begin: ReaderFacts['begin']
}

/** Holds what an application shows at rest against the fold of everything that was accepted up to there. */
export function checkView(
  { view, wanted, begin }: Shown,
  facts: ReaderFacts,
  ledger: Ledger,
  findings: Findings,
): void {
  const position = view.position === null ? null : parsePosition(view.position)
  if (!position) return findings.add('I4', facts.name, 'it shows no position')
  const after = begin !== null && begin !== 'origin' ? begin : { ...position, offset: 0 }
  const { events } = stretchOf(ledger, facts.conversationId, after, position.offset, new Set(wanted))
  const counts: { readonly [category: string]: number } = view.counts
  if (!isSame(counts, countAll({ events, shed: {} }))) {
    findings.add('I4', facts.name, `it shows ${sum(counts)} updates at ${view.position}, of ${events.length}`)
  }
  const newest = Object.values(view.latest).map((update) => update.id)
  for (const category of wanted) {
    const latest = events.findLast((entry) => entry.category === category)
    if (latest && !newest.includes(latest.id)) findings.add('I4', facts.name, `it does not show the latest ${category}`)
  }
  if (view.integrity !== 'live') findings.add('I7', facts.name, `at rest it says ${view.integrity}`)
}
