import type { Canary } from './canary.ts'

/** The old stream goes on while the new one opens: what it moves past is dropped as had before, of the added categories too. */
export const dedupeAcrossFilters: Canary = {
  name: 'duplicates dropped by offset across a filter change',
  file: 'packages/client/src/stream/upstream.ts',
  from: 'if (!isOver && this.#current === subscription) this.#take(id, frame)',
  to: 'if (!isOver) this.#take(id, frame)',
}
