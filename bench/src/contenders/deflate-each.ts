import type { Contender } from './contender.ts'
import { rawHundred } from './raw-hundred.ts'
import { encodeHundred, serveRaw } from './raw-socket-server.ts'

/** What `ws` does when it is told to: every socket compresses the same bytes for itself. */
export const deflateEach: Contender = {
  serve: () => serveRaw(encodeHundred, true),
  protocol: { ...rawHundred.protocol, deflates: true },
}
