import type { Connection } from '../transport/connection.ts'
import type { AdapterParts } from './adapter-parts.ts'
import { Calls, type CallsParts } from './calls.ts'
import { revivesInput } from './inbound.ts'
import { createOutbound } from './outbound.ts'

/** Speaks tRPC's WebSocket protocol for one router, with every limit before a procedure runs. */
export function createWsAdapter(parts: AdapterParts): (connection: Connection) => (text: string) => void {
  const outbound = createOutbound(parts.router)
  const revives = parts.isForeign && revivesInput(parts.router._def._config.transformer)
  // One for all connections: nothing of it is a connection's own.
  const callsParts: CallsParts = { ...parts, revives, outbound }
  return (connection) => {
    const calls = new Calls(callsParts, connection)
    return calls.receive.bind(calls)
  }
}
