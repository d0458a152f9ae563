import type { Canary } from './canary.ts'

/** An update that is sent again under its own id becomes a second one. */
export const skipDedupe: Canary = {
  name: 'skip dedupe',
  file: 'packages/server/src/adapters/memory/log.ts',
  from: 'if (known && known.until > now) return known',
  to: 'if (known && known.until < 0) return known',
}
