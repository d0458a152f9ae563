import type { Canary } from './canary.ts'

/** The gate is always open. */
export const unboundedSend: Canary = {
  name: 'unbounded send',
  file: 'packages/server/src/transport/session.ts',
  from: '() => this.#waitingFrames < limits.outboundMaxFrames && wire.waitingBytes < limits.outboundMaxBytes',
  to: '() => this.#waitingFrames >= 0 && limits.outboundMaxBytes > 0 && wire.waitingBytes >= 0',
}
