import { applyPresence, type PresenceFrame, type PresenceMember } from '@telltale/contract'
import { memoryPresenceStore } from '../../packages/server/src/adapters/memory/presence-store.ts'
import { PresenceTracker, type Watcher } from '../../packages/server/src/core/presence-tracker.ts'
import type { TelemetryEvents } from '../../packages/server/src/telemetry/events.ts'
import { createManualClock } from '../../packages/server/src/testing/manual-clock.ts'
import { seededRandom } from '../../packages/server/src/testing/seeded-random.ts'

/** What everybody watches. */
export const topic = 'status:c1'

/** A tracker whose time stands still, and what it tells telemetry. */
export function setUp() {
  const clock = createManualClock()
  const told: (readonly [string, unknown])[] = []
  const tracker = new PresenceTracker({
    store: memoryPresenceStore(),
    clock,
    random: seededRandom(1),
    emit: (name, event: TelemetryEvents[keyof TelemetryEvents]) => void told.push([name, event]),
    flushIntervalMs: 50,
    infoOf: ({ name }) => (typeof name === 'string' ? { name } : undefined),
  })
  return { clock, tracker, told }
}

export type SetUp = ReturnType<typeof setUp>

/** A connection of a user. */
export const socketOf = (userId: string, name?: string): Watcher => ({
  identity: { userId, ...(name !== undefined && { name }) },
  transport: 'websocket',
})

/** A reader that takes a frame when it is asked to, and knows what it has then. */
export function follow(tracker: PresenceTracker) {
  const ending = new AbortController()
  const iterator = tracker.read(topic, { signal: ending.signal, gate: null })
  const [frames, ids]: [PresenceFrame[], string[]] = [[], []]
  let members: readonly PresenceMember[] = []
  return {
    frames,
    ids,
    get members() {
      return members
    },
    async next(): Promise<PresenceFrame | null> {
      const { value } = await iterator.next()
      if (!value) return null
      frames.push(value.frame)
      ids.push(value.position)
      members = applyPresence(members, value.frame)
      return value.frame
    },
    stop: () => ending.abort(),
  }
}
