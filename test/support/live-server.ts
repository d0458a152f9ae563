import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type AnyContract, type Contract, transformer } from '@telltale/contract'
import { createTelltale, type Telltale, type TelltaleOptions } from '@telltale/server'
import { type AnyTRPCRouter, initTRPC, tracked } from '@trpc/server'

/** A server in this process, on a free port of this machine; `await using` closes it with the test. */
export interface LiveServer<TContract extends AnyContract = Contract> extends AsyncDisposable {
  readonly telltale: Telltale<TContract>
  readonly url: string
  /** How many subscriptions were opened so far. */
  readonly opened: number
  /** The paths with the queries that clients connected to. */
  readonly urls: readonly string[]
  /** Cuts every connection as a network does: without a word. */
  cut(): void
}

/** Starts a server; with `mount` it hosts the app's own router instead of ours alone. */
export async function startServer<TContract extends AnyContract = Contract>(
  options: TelltaleOptions<TContract> = {},
  mount?: (telltale: Telltale<TContract>) => AnyTRPCRouter,
): Promise<LiveServer<TContract>> {
  let opened = 0
  const telltale = createTelltale<TContract>({
    ...options,
    telemetry: (name) => {
      if (name === 'reader.opened') opened++
    },
  })
  const http = createServer()
  const sockets = new Set<Socket>()
  const urls: string[] = []
  http.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  http.on('upgrade', ({ url = '' }) => urls.push(url))
  telltale.attach(http, mount ? { router: mount(telltale) } : {})
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    telltale,
    url: `ws://127.0.0.1:${port}/trpc`,
    get opened() {
      return opened
    },
    urls,
    cut,
    async [Symbol.asyncDispose]() {
      cut()
      await telltale.close({ drainMs: 0 })
      http.close()
    },
  }
}

/** What a subscription was asked for, as it came over the wire. */
export interface Asked {
  readonly conversationId: string
  readonly from?: unknown
  readonly lastEventId?: string
  readonly [key: string]: unknown
}

/** Frames for one subscription, each with its tracked id; a value that is no pair goes out untracked. */
export type Script = (
  asked: Asked,
  signal: AbortSignal,
  count: number,
) => AsyncGenerator<readonly [id: string, frame: object] | { readonly untracked: unknown }, void, undefined>

/** A server whose `status.subscribe` says what a script says, and whose `status.publish` never answers. */
export async function startScripted(script: Script): Promise<LiveServer & { readonly asked: readonly Asked[] }> {
  const asked: Asked[] = []
  const t = initTRPC.create({ transformer })
  const input = (value: unknown): Asked => value as Asked
  const router = t.router({
    status: t.router({
      subscribe: t.procedure.input(input).subscription(async function* ({ input, signal }) {
        const count = asked.push(input)
        for await (const said of script(input, signal ?? new AbortController().signal, count)) {
          yield 'untracked' in said ? said.untracked : tracked(...said)
        }
      }),
      publish: t.procedure.mutation(() => new Promise<never>(() => undefined)),
    }),
  })
  const server = await startServer({}, () => router)
  return Object.defineProperties(server, { asked: { value: asked } }) as LiveServer & { asked: readonly Asked[] }
}

/** Settles when the signal aborts: the end of a script that only waits. */
export async function untilStopped(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}
