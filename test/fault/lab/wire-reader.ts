import {
  defaultContract,
  type Frame,
  type From,
  parsePosition,
  type StatusSnapshot,
  type StatusUpdate,
} from '@telltale/contract'
import type { createStockClient } from '../../support/stock-client.ts'
import type { Tally } from '../checker/app-walk.ts'
import type { Findings } from '../checker/findings.ts'
import type { Ledger, Place } from '../checker/ledger.ts'
import { checkPermission } from '../checker/permissions.ts'
import type { ReaderFacts, WireStep } from '../checker/told.ts'
import { WireWalk } from '../checker/wire-walk.ts'

type StatusFrame = Frame<StatusUpdate, StatusSnapshot>
type Input = Parameters<ReturnType<typeof createStockClient>['trpc']['status']['subscribe']['subscribe']>[0]

/** What a stock tRPC client reads, frame by frame. */
export interface WireReader {
  readonly facts: ReaderFacts
  readonly steps: readonly WireStep[]
  readonly errors: readonly unknown[]
  readonly wanted: readonly string[]
  readonly at: Place | null
  readonly updates: number
  stop(): void
  check(ledger: Ledger, findings: Findings): Tally
}

/** Subscribes with a stock client. */
export function openWireReader(
  client: ReturnType<typeof createStockClient>,
  name: string,
  request: { readonly conversationId: string; readonly categories?: readonly string[]; readonly from?: From },
  begin: ReaderFacts['begin'],
): WireReader {
  const steps: WireStep[] = []
  const errors: unknown[] = []
  const wanted = request.categories ?? defaultContract.names
  const { conversationId } = request
  const facts: ReaderFacts = { name, conversationId, categories: wanted, begin, revokedAtMs: null }
  let updates = 0
  const subscription = client.trpc.status.subscribe.subscribe(request as Input, {
    onData(data) {
      // What came without a tracked id is the frame itself.
      const [id, frame] = 'id' in data ? [data.id, data.data] : [null, data as StatusFrame]
      steps.push({ id, frame, atMs: performance.now() })
      if (frame.type === 'batch') updates += frame.updates.length
    },
    onError: (error) => errors.push(error),
  })
  return {
    facts,
    steps,
    errors,
    wanted,
    get updates() {
      return updates
    },
    get at() {
      const id = steps.at(-1)?.id
      return id ? parsePosition(id) : null
    },
    stop: () => subscription.unsubscribe(),
    check(ledger, findings) {
      const carrying = steps.map(({ atMs, frame }) => ({
        atMs,
        carries: frame.type === 'batch' ? frame.updates.length : 0,
      }))
      checkPermission(facts, carrying, findings)
      for (const error of errors)
        if (facts.revokedAtMs === null) findings.add('I4', name, `ended with ${String(error)}`)
      return new WireWalk(facts, steps, ledger, findings).tally
    },
  }
}
