import type { Canary } from './canary.ts'

/** The gate is always open. */
export const unboundedSend: Canary = {
  name: 'unbounded send',
  file: 'packages/server/src/transport/session.ts',
  from: 'this.#waitingFrames < outboundMaxFrames && this.#wire.waitingBytes < outboundMaxBytes',
  to: 'outboundMaxFrames > 0 && outboundMaxBytes > 0',
}
