import type { Canary } from './canary.ts'

/** What is appended while the history is read is heard by nobody. */
export const historyBeforeAttach: Canary = {
  name: 'history read before attach',
  file: 'packages/server/src/core/open-channel.ts',
  from: 'early.push(entries)',
  to: 'void entries',
}
