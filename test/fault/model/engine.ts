import { defaultContract } from '@telltale/contract'
import { memoryBackplane } from '../../../packages/server/src/adapters/memory/backplane.ts'
import { memoryPresenceStore } from '../../../packages/server/src/adapters/memory/presence-store.ts'
import { Hub } from '../../../packages/server/src/core/hub.ts'
import { PresenceTracker } from '../../../packages/server/src/core/presence-tracker.ts'
import { statusDomain, type WireSnapshot } from '../../../packages/server/src/publisher/domain.ts'
import type { StatusEvent } from '../../../packages/server/src/publisher/encode.ts'
import { Publisher } from '../../../packages/server/src/publisher/publisher.ts'
import type { Emit } from '../../../packages/server/src/telemetry/events.ts'
import { defaultLimits } from '../../../packages/server/src/telltale/options.ts'
import { createManualClock } from '../../../packages/server/src/testing/manual-clock.ts'
import { seededRandom } from '../../../packages/server/src/testing/seeded-random.ts'
import { GuardedAccess } from '../../../packages/server/src/transport/guarded-access.ts'
import { createSubscribing } from '../../../packages/server/src/trpc/subscribing.ts'
import { Ledger } from '../checker/ledger.ts'
import { recordingBackplane } from '../checker/recording-backplane.ts'

/** Small enough that every limit is met within a few steps. */
const smallLimits = { ...defaultLimits, queueLimit: 25, batchSize: 7, lagMaxBytes: 20_000 }
const retention = { size: 40, ttlMs: 1_000 }

export type Engine = ReturnType<typeof createEngine>

/** The server without its sockets, on a clock that stands still; everything in it is the product's own. */
export function createEngine() {
  const clock = createManualClock()
  const random = seededRandom(7)
  const ledger = new Ledger()
  const counted = { held: 0, shed: 0, failed: 0, rejected: 0 }
  const limits = smallLimits
  /** Who may not read any more. */
  const barred = new Set<string>()
  const emit: Emit = (name, event) => {
    if (name === 'broadcaster.shed' && 'count' in event) counted.shed += event.count
    else if (name === 'update.rejected') counted.rejected++
  }
  const tape = {
    recorded: (entries: Parameters<Ledger['record']>[0]) => ledger.record(entries),
    held: (change: number) => {
      counted.held += change
    },
  }
  const factory = recordingBackplane(memoryBackplane({ conversationsMax: 1 }), tape)
  const backplane = factory<StatusEvent, WireSnapshot>({ clock, random, emit })
  const hub = new Hub({ domain: statusDomain(defaultContract, retention), backplane, clock, emit, limits })
  const { queueLimit } = limits
  const publisher = new Publisher({
    contract: defaultContract,
    hub,
    backplane,
    clock,
    random,
    emit,
    limits,
    queueLimit,
    spanLimits: limits,
  })
  const access = new GuardedAccess(
    { authenticate: () => null, authorize: ({ userId }) => !barred.has(userId) },
    { clock, emit, timeoutMs: limits.accessTimeoutMs, revocationsMax: 100 },
  )
  const presence = new PresenceTracker({
    store: memoryPresenceStore(),
    clock,
    random,
    emit,
    flushIntervalMs: limits.flushIntervalMs,
    infoOf: () => undefined,
  })
  const subscribe = createSubscribing({
    publisher,
    access,
    presence,
    foreign: { identity: undefined, unsafeTransport: false, now: () => clock.now() },
    changes: { take: async () => 0 },
    limits,
    emit,
  })
  /** Does what is due now: what was put off, and what promises wait for. */
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 30; turn++) {
      clock.settle()
      await Promise.resolve()
    }
  }
  return {
    clock,
    random,
    ledger,
    counted,
    hub,
    publisher,
    access,
    presence,
    barred,
    subscribe,
    settle,
    async dispose(): Promise<void> {
      hub.dispose()
      presence.dispose()
      await backplane.dispose()
    },
  }
}
