import type { Clock } from '../async/clock.ts'
import type { Random } from '../async/random.ts'
import type { Emit } from '../telemetry/events.ts'
import type { SessionKeeper } from './keeper.ts'
import type { ConnectionLimits } from './limits.ts'
import type { Reception } from './reception.ts'

/** What both endpoints of a path are made of: the one for WebSockets and the one for plain HTTP. */
export interface EndpointParts {
  readonly path: string
  readonly reception: Reception
  readonly keeper: SessionKeeper
  readonly limits: ConnectionLimits
  readonly clock: Clock
  readonly random: Random
  readonly emit: Emit
}
