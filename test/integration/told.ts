import type { Span, StatusUpdate } from '@telltale/contract'
import {
  createTelltale,
  type ServerFrame,
  type TelemetryEvents,
  type Telltale,
  type TelltaleOptions,
} from '@telltale/server'
import { createManualClock, type ManualClock } from '../../packages/server/src/testing/manual-clock.ts'

/** A server, what its telemetry says of updates that were refused, and a reader of the conversation `c`. */
export interface Told extends AsyncDisposable {
  readonly telltale: Telltale
  readonly status: Telltale['status']
  readonly rejected: TelemetryEvents['update.rejected'][]
  readonly failed: TelemetryEvents['backplane.failed'][]
  readonly frames: readonly ServerFrame[]
  /** What was told so far, in order; everything said before is among it. */
  updates(): Promise<readonly StatusUpdate[]>
  /** The same of spans alone: `name state`. */
  states(): Promise<string[]>
  /** What was last told of a span, by its name. */
  last(name: string): Promise<Span | undefined>
}

/** Opens one. */
export async function openTold(options: TelltaleOptions<never> = {}): Promise<Told> {
  const rejected: TelemetryEvents['update.rejected'][] = []
  const failed: TelemetryEvents['backplane.failed'][] = []
  const telltale = createTelltale({
    ...(options as TelltaleOptions<Telltale['contract']>),
    telemetry: (name, event) => {
      if (name === 'update.rejected') rejected.push(event as TelemetryEvents['update.rejected'])
      if (name === 'backplane.failed') failed.push(event as TelemetryEvents['backplane.failed'])
    },
  })
  const frames: ServerFrame[] = []
  const ending = new AbortController()
  const reading = read(telltale, frames, ending.signal)
  const updates = async (): Promise<readonly StatusUpdate[]> => {
    await telltale.flush()
    const { updates: all } = await telltale
      .createCaller({ userId: 'u' })
      .status.history({ conversationId: 'c', limit: 200 })
    return all
  }
  return {
    telltale,
    status: telltale.status,
    rejected,
    failed,
    frames,
    updates,
    states: async () => (await updates()).flatMap(({ span }) => (span ? [`${span.name} ${span.state}`] : [])),
    last: async (name) => (await updates()).findLast(({ span }) => span?.name === name)?.span,
    async [Symbol.asyncDispose]() {
      ending.abort()
      await reading
      await telltale.close({ drainMs: 0 })
    },
  }
}

async function read(telltale: Telltale, frames: ServerFrame[], signal: AbortSignal): Promise<void> {
  for await (const frame of telltale.subscribe({ conversationId: 'c', signal })) frames.push(frame)
}

/** Time that stands still, with turns of the event loop that do not. */
export function stillClock(): ManualClock {
  const clock = createManualClock()
  return Object.assign(Object.create(clock) as ManualClock, {
    soon: (callback: () => void) => {
      const immediate = setImmediate(callback)
      return () => clearImmediate(immediate)
    },
  })
}
