import type { Canary } from './canary.ts'

/** Now and then a read passes over an entry. */
export const loseOneIn500: Canary = {
  name: 'lose one in 500',
  file: 'packages/server/src/core/slice.ts',
  from: 'if (!matcher.passes(entry, filter)) continue',
  to: 'if (!matcher.passes(entry, filter) || offset % 500 === 250) continue',
}
