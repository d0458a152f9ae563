import type { StatusStream, TelltaleClient } from '@telltale/client'
import { defaultContract, type From, parsePosition } from '@telltale/contract'
import { AppWalk, type Tally } from '../checker/app-walk.ts'
import type { Findings } from '../checker/findings.ts'
import type { Ledger, Place } from '../checker/ledger.ts'
import { checkPermission } from '../checker/permissions.ts'
import type { AppStep, FilterStep, ReaderFacts } from '../checker/told.ts'
import { checkView } from '../checker/view-check.ts'

/** What an application reads, and everything it was told. */
export interface AppReader {
  readonly facts: ReaderFacts
  readonly stream: StatusStream
  readonly steps: readonly AppStep[]
  /** What it wants now. */
  readonly wanted: readonly string[]
  /** How far it is, as far as an application can tell. */
  readonly at: Place | null
  readonly gaps: readonly Extract<AppStep, { kind: 'gap' }>[]
  readonly updates: number
  /** Writes down that it asks for other categories from here on; the position may be told later. */
  changedTo(categories: readonly string[]): FilterStep
  stop(): void
  check(ledger: Ledger, findings: Findings): Tally
}

/** Reads a stream of a client from now on. */
export function openAppReader(
  client: TelltaleClient,
  name: string,
  request: { readonly conversationId: string; readonly categories?: readonly string[]; readonly from?: From },
  begin: ReaderFacts['begin'],
): AppReader {
  const steps: AppStep[] = []
  const asked = request.categories ?? defaultContract.names
  const facts: ReaderFacts = {
    name,
    conversationId: request.conversationId,
    categories: asked,
    begin,
    revokedAtMs: null,
  }
  let wanted = asked
  let updates = 0
  const stream = client.status(request as never) as StatusStream
  const subscription = stream.subscribe({
    update(update) {
      updates++
      steps.push({ kind: 'update', update, atMs: performance.now() })
    },
    gap: (gap) => steps.push({ kind: 'gap', gap, atMs: performance.now() }),
    error: ({ code }) => steps.push({ kind: 'error', code, atMs: performance.now() }),
  })
  return {
    facts,
    stream,
    steps,
    get wanted() {
      return wanted
    },
    get updates() {
      return updates
    },
    get at() {
      const { position } = stream.store.getSnapshot()
      return position === null ? null : parsePosition(position)
    },
    get gaps() {
      return steps.filter((step) => step.kind === 'gap')
    },
    changedTo(categories) {
      wanted = categories
      const step: FilterStep = { kind: 'filter', categories, position: null, atMs: performance.now() }
      steps.push(step)
      return step
    },
    stop: () => subscription.unsubscribe(),
    check(ledger, findings) {
      const carrying = steps.map((step) => ({ atMs: step.atMs, carries: step.kind === 'update' ? 1 : 0 }))
      checkPermission(facts, carrying, findings)
      const isRepaired = steps.some((step) => step.kind === 'gap' && step.gap.snapshot !== null)
      const shown = { view: stream.store.getSnapshot(), wanted, begin: isRepaired ? null : begin }
      if (facts.revokedAtMs === null) checkView(shown, facts, ledger, findings)
      return new AppWalk(facts, steps, ledger, findings).tally
    },
  }
}
