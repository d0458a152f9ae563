import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Contract } from '@telltale/contract'
import {
  type BackplaneFactory,
  createTelltale,
  memoryBackplane,
  publicAccess,
  type Telltale,
  type TelltaleOptions,
} from '@telltale/server'
import type { LedgerEntry } from '../checker/ledger.ts'
import { recordingBackplane, type Tape } from '../checker/recording-backplane.ts'
import { countingClock } from './counting-clock.ts'
import type { LabServer, Saying } from './lab-server.ts'

/** What a server of the laboratory is made of. */
export interface LocalServerOptions {
  readonly telltale?: Omit<TelltaleOptions<Contract>, 'backplane' | 'clock' | 'telemetry'>
  /** Told of what was accepted. */
  readonly recorded: (entries: readonly LedgerEntry[]) => void
  /** Lets the backplane wait or fail. */
  readonly before?: Tape['before']
  readonly afterRead?: Tape['afterRead']
  /** Where the logs are, if several servers share them. @default a memory of its own */
  readonly backplane?: BackplaneFactory
  /** How long a goodbye takes at most, in milliseconds. @default 200 */
  readonly drainMs?: number
  /** @default a free one */
  readonly port?: number
}

/** A server in this process, whose backplane is watched. */
export interface LocalServer extends LabServer {
  readonly telltale: Telltale<Contract>
}

/** Starts one. */
export async function startLocalServer(options: LocalServerOptions): Promise<LocalServer> {
  const clock = countingClock()
  const counted = { held: 0, shed: 0, rejected: 0, failed: 0, queuedMax: 0, opened: 0 }
  const tape: Tape = {
    recorded: options.recorded,
    held: (change) => {
      counted.held += change
    },
    before: options.before,
    afterRead: options.afterRead,
  }
  const telltale = createTelltale({
    access: publicAccess(),
    ...options.telltale,
    limits: {
      socketsPerUser: 10_000,
      socketsPerAddress: 10_000,
      authenticatedPerAddress: 10_000,
      ...options.telltale?.limits,
    },
    backplane: recordingBackplane(options.backplane ?? memoryBackplane(), tape),
    clock,
    telemetry: (name, event) => {
      if (name === 'broadcaster.shed' && 'count' in event) counted.shed += event.count
      else if (name === 'backplane.failed' && 'operation' in event && event.operation === 'append') {
        counted.failed += event.count
      } else if (name === 'update.rejected') counted.rejected++
      else if (name === 'reader.opened') counted.opened++
    },
  })
  const http = createServer()
  const sockets = new Set<Socket>()
  http.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  telltale.attach(http)
  http.listen(options.port ?? 0, '127.0.0.1')
  await once(http, 'listening')
  return {
    telltale,
    port: (http.address() as AddressInfo).port,
    say(updates) {
      for (const update of updates) sayOne(telltale, update)
      counted.queuedMax = Math.max(counted.queuedMax, telltale.size().queued)
    },
    flush: () => telltale.flush(),
    measure: async () => {
      const { rss, heapUsed } = process.memoryUsage()
      const outboundMax = Math.max(0, ...[...sockets].map((socket) => socket.writableLength))
      return { ...counted, size: telltale.size(), timers: clock.timers, outboundMax, rss, heapUsed }
    },
    present: async (conversationId) =>
      telltale.presence(conversationId).reduce((count, { metas }) => count + metas.length, 0),
    async close() {
      await telltale.close({ drainMs: options.drainMs ?? 200 })
      http.closeAllConnections()
      http.close()
    },
  }
}

function sayOne({ status }: Telltale<Contract>, update: Saying): void {
  const { conversationId, category, text, metadata = {}, key, priority } = update
  status.update(conversationId, category, text, metadata as never, {
    ...(key !== undefined && { key }),
    ...(priority && { priority }),
  })
}
