import type { Canary } from './canary.ts'

/** The first frame says the head, although a replay is still to come. */
export const wrongPositionOnReady: Canary = {
  name: 'the wrong position on ready',
  file: 'packages/server/src/core/next-frame.ts',
  from: 'yield placeFrame(ready, start.from)',
  to: 'yield placeFrame(ready, formatPosition(head))',
}
