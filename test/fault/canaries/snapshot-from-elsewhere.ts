import type { Canary } from './canary.ts'

/** The state is that of one update before. */
export const snapshotFromElsewhere: Canary = {
  name: 'a snapshot from another position',
  file: 'packages/server/src/core/start.ts',
  from: 'return { from: text(window.head), told: window.head, seen: window.head, snapshot: window.snapshot(filter.types) }',
  to: 'return { from: text(window.head), told: window.head, seen: window.head, snapshot: window.snapshot(filter.types, Math.max(window.base, window.head - 1)) }',
}
