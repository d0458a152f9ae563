import { createTelltaleClient, type TelltaleClient, type TelltaleClientOptions } from '@telltale/client'
import type { From } from '@telltale/contract'
import { WebSocket } from 'ws'
import { seededRandom } from '../../../packages/server/src/testing/seeded-random.ts'
import { type ChaosProxy, openChaosProxy } from '../../support/chaos-proxy.ts'
import { createStockClient } from '../../support/stock-client.ts'
import type { Tally } from '../checker/app-walk.ts'
import { Findings } from '../checker/findings.ts'
import { Ledger, type LedgerEntry } from '../checker/ledger.ts'
import type { ReaderFacts } from '../checker/told.ts'
import { type AppReader, openAppReader } from './app-reader.ts'
import { checkEmpty, checkRest } from './at-rest.ts'
import type { LabServer, Saying } from './lab-server.ts'
import { type Load, type LoadOptions, startLoad } from './load.ts'
import { type LocalServer, type LocalServerOptions, startLocalServer } from './local-server.ts'
import { until } from './until.ts'
import { openWireReader, type WireReader } from './wire-reader.ts'

/** What a reader asks for; one that begins at the origin was there before anything was said. */
export interface Ask {
  readonly categories?: readonly string[]
  readonly from?: From
  /** @default 'origin' */
  readonly begin?: ReaderFacts['begin']
}

/** What was concluded of a run. */
export interface Conclusion {
  /** Each invariant that broke, as a line. */
  readonly broken: readonly string[]
  /** How long everybody took to come to the top, in milliseconds. */
  readonly tookMs: number
  readonly tallies: ReadonlyMap<string, Tally>
  /** How many gaps all readers were told of. */
  readonly gaps: number
}

/** A server behind a proxy, readers in front of it, and a ledger that knows what is true. */
export interface Lab<TServer extends LabServer> extends AsyncDisposable {
  readonly server: TServer
  readonly proxy: ChaosProxy
  readonly ledger: Ledger
  readonly findings: Findings
  readonly random: () => number
  readonly readers: readonly (AppReader | WireReader)[]
  /** Whose connection each reader uses. */
  readonly connectionOf: ReadonlyMap<AppReader | WireReader, object>
  /** A client of ours, through the proxy. */
  client(options?: Partial<TelltaleClientOptions>): TelltaleClient
  /** A stock client, through the proxy. */
  stock(): ReturnType<typeof createStockClient>
  read(client: TelltaleClient, conversationId: string, ask?: Ask): AppReader
  readStock(client: ReturnType<typeof createStockClient>, conversationId: string, ask?: Ask): WireReader
  say(conversationId: string, category: Saying['category'], text: string, more?: Partial<Saying>): void
  sayAll(updates: readonly Saying[]): void
  load(options: Omit<LoadOptions, 'random'>): Load
  /** Settles when every reader has heard where it begins. */
  ready(): Promise<void>
  /** Ends the bad weather, stops what talks, has everybody come to the top, checks everything, and has everybody leave. */
  conclude(options?: { readonly withinMs?: number }): Promise<Conclusion>
}

/** A laboratory with a server in this process. */
export function openLab(options: Omit<LocalServerOptions, 'recorded'> & { readonly seed?: number } = {}) {
  return openLabWith<LocalServer>((recorded) => startLocalServer({ ...options, recorded }), options.seed)
}

/** A laboratory around a server that somebody starts. */
export async function openLabWith<TServer extends LabServer>(
  start: (recorded: (entries: readonly LedgerEntry[]) => void) => Promise<TServer>,
  seed = 1,
): Promise<Lab<TServer>> {
  const ledger = new Ledger()
  const findings = new Findings()
  const random = seededRandom(seed)
  const server = await start((entries) => ledger.record(entries))
  const proxy = await openChaosProxy(server.port, random)
  const readers: (AppReader | WireReader)[] = []
  const clients = new Set<{ close(): unknown }>()
  const connectionOf = new Map<AppReader | WireReader, object>()
  const loads = new Set<Load>()
  const before = await server.measure()

  const keep = <T extends { close(): unknown }>(client: T): T => {
    clients.add(client)
    return client
  }
  const nameOf = (kind: string, conversationId: string): string => `${kind} ${readers.length + 1} of ${conversationId}`
  const leave = async (): Promise<void> => {
    for (const load of loads) load.stop()
    for (const reader of readers) reader.stop()
    await Promise.all([...clients].map((client) => client.close()))
    clients.clear()
  }

  const lab: Lab<TServer> = {
    server,
    proxy,
    ledger,
    findings,
    random,
    readers,
    connectionOf,
    client: (options) =>
      keep(createTelltaleClient({ url: proxy.url, WebSocket: WebSocket as never, transport: 'websocket', ...options })),
    stock: () => keep(createStockClient(proxy.url)),
    read(client, conversationId, { begin = 'origin', ...ask } = {}) {
      const reader = openAppReader(client, nameOf('reader', conversationId), { conversationId, ...ask }, begin)
      readers.push(reader)
      connectionOf.set(reader, client)
      return reader
    },
    readStock(client, conversationId, { begin = 'origin', ...ask } = {}) {
      const reader = openWireReader(client, nameOf('stock', conversationId), { conversationId, ...ask }, begin)
      readers.push(reader)
      connectionOf.set(reader, client)
      return reader
    },
    say: (conversationId, category, text, more) => lab.sayAll([{ conversationId, category, text, ...more }]),
    sayAll(updates) {
      ledger.said += updates.length
      server.say(updates)
    },
    load(options) {
      const load = startLoad((updates) => lab.sayAll(updates), { ...options, random })
      loads.add(load)
      return load
    },
    async ready() {
      const isReady = await until(() => readers.every(({ at }) => at !== null), 5_000)
      const late = readers.filter(({ at }) => at === null).map(({ facts }) => facts.name)
      if (!isReady) throw new Error(`these did not begin: ${late.join(', ')}`)
    },
    async conclude({ withinMs = 5_000 } = {}) {
      for (const load of loads) load.stop()
      proxy.heal()
      const rest = await checkRest(lab, withinMs)
      await leave()
      await checkEmpty(lab, before)
      const gaps = [...rest.tallies.values()].reduce((sum, tally) => sum + tally.gaps, 0)
      return { ...rest, gaps, broken: findings.lines }
    },
    async [Symbol.asyncDispose]() {
      await leave()
      await proxy.close()
      await server.close()
    },
  }
  return lab
}
