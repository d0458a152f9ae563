import type { Canary } from './canary.ts'

/** What overflow shed is passed over in silence. */
export const swallowedGap: Canary = {
  name: 'swallowed gap',
  file: 'packages/server/src/core/slice.ts',
  from: "if (matcher.lossFor(entry.counts, filter)) return done(offset - 1, 'loss')",
  to: 'void matcher.lossFor',
}
