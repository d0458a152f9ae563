import type { Connection } from '../transport/connection.ts'
import type { AdapterParts } from './adapter-parts.ts'
import { Calls } from './calls.ts'
import { revivesInput } from './inbound.ts'
import { createOutbound } from './outbound.ts'

/** Speaks tRPC's WebSocket protocol for one router, with every limit before a procedure runs. */
export function createWsAdapter(parts: AdapterParts): (connection: Connection) => (text: string) => void {
  const outbound = createOutbound(parts.router)
  const revives = parts.isForeign && revivesInput(parts.router._def._config.transformer)
  return (connection) => {
    const calls = new Calls({ ...parts, revives, outbound }, connection)
    return (text) => calls.receive(text)
  }
}
