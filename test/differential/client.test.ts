import { createTRPCClient, createWSClient, TRPCClientError, wsLink } from '@trpc/client'
import superjson from 'superjson'
import { describe, expect, it, vi } from 'vitest'
import { type App, type AppRouter, apps } from './app/router.ts'
import { type AdapterName, openHost } from './hosts/host.ts'

const adapters: readonly AdapterName[] = ['stock', 'ours']
const both = apps
  .filter(({ name }) => name === 'plain' || name === 'superjson')
  .flatMap((app) => adapters.map((adapter) => ({ app, adapter, root: app.name })))

describe.each(both)('a stock client of the $adapter adapter over the $root root', ({ app, adapter }) => {
  it('calls queries and mutations', async () => {
    await using all = await connect(app, adapter)
    const { client } = all
    await expect(client.calls.echo.query({ a: ['b'] })).resolves.toEqual({ a: ['b'] })
    await expect(client.calls.echo.query(undefined)).resolves.toBeUndefined()
    await expect(client.calls.change.mutate('c')).resolves.toEqual({ changed: 'c' })
    const { at } = await client.calls.rich.query()
    expect(at).toEqual(app.usesSuperjson ? new Date(0) : '1970-01-01T00:00:00.000Z')
  })

  it('answers many calls that were made at once', async () => {
    await using all = await connect(app, adapter)
    const inputs = Array.from({ length: 20 }, (_, index) => index)
    await expect(Promise.all(inputs.map((input) => all.client.calls.echo.query(input)))).resolves.toEqual(inputs)
  })

  it('is told what went wrong, with code, status and path', async () => {
    await using all = await connect(app, adapter)
    const failure = await all.client.failures.coded.query('CONFLICT').catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(TRPCClientError)
    expect(failure).toMatchObject({
      message: 'refused as CONFLICT',
      shape: { message: 'refused as CONFLICT', code: -32009 },
      data: { code: 'CONFLICT', httpStatus: 409, path: 'failures.coded' },
    })
    await expect(all.client.calls.strict.query({ n: 'one' as never })).rejects.toMatchObject({
      data: { code: 'BAD_REQUEST', httpStatus: 400, path: 'calls.strict' },
    })
  })

  it('follows a subscription to its end', async () => {
    await using all = await connect(app, adapter)
    const seen: unknown[] = []
    all.client.streams.counts.subscribe({ to: 2 }, told(seen))
    await vi.waitFor(() => expect(seen.at(-1)).toBe('complete'))
    expect(seen).toEqual(['started', { id: '1', data: { n: 1 } }, { id: '2', data: { n: 2 } }, 'stopped', 'complete'])
  })

  it('is told when a subscription fails, at its start or midway', async () => {
    await using all = await connect(app, adapter)
    const midway: unknown[] = []
    all.client.streams.failsMidway.subscribe(undefined, told(midway))
    await vi.waitFor(() => expect(midway.at(-1)).toBe('CONFLICT: no further'))
    expect(midway).toEqual(['started', { id: '1', data: 1 }, 'CONFLICT: no further'])
    const atOnce: unknown[] = []
    all.client.streams.failsBefore.subscribe(undefined, told(atOnce))
    await vi.waitFor(() => expect(atOnce).toEqual(['NOT_FOUND: no such stream']))
    await expect(all.client.calls.nil.query()).resolves.toBeNull()
    expect(midway).toHaveLength(3)
  })

  it('unsubscribes, and the procedure cleans up', async () => {
    await using all = await connect(app, adapter)
    const seen: unknown[] = []
    const subscription = all.client.stopping.patient.subscribe(undefined, told(seen))
    await vi.waitFor(() => expect(seen).toEqual(['started', 1]))
    subscription.unsubscribe()
    await all.host.stage.noted('cleaned')
    expect(seen).toEqual(['started', 1, 'complete'])
  })

  it('goes on where it was when its connection is cut', async () => {
    await using all = await connect(app, adapter)
    const seen: unknown[] = []
    all.client.streams.fed.subscribe({}, told(seen))
    for (const n of [1, 2]) all.host.stage.open(`value ${n}`)
    await vi.waitFor(() => expect(seen).toHaveLength(3))
    all.host.cut()
    for (const n of [3, 4]) all.host.stage.open(`value ${n}`)
    const values = [1, 2, 3, 4].map((n) => ({ id: String(n), data: n }))
    await vi.waitFor(() => expect(seen).toContainEqual(values.at(-1)))
    // What is asked later is answered later: nothing comes twice meanwhile.
    await expect(all.client.calls.fence.query()).resolves.toBe('fence')
    expect(seen).toEqual(['started', ...values.slice(0, 2), 'started', ...values.slice(2)])
  })

  it('sends its connection params first', async () => {
    await using all = await connect(app, adapter, { user: 'ada' })
    await expect(all.client.calls.context.query()).resolves.toMatchObject({
      user: 'ada',
      connectionParams: { user: 'ada' },
    })
  })

  it('keeps its connection alive with pings of its own', async () => {
    await using all = await connect(app, adapter, null, 1)
    await expect(all.client.calls.nil.query()).resolves.toBeNull()
    await vi.waitFor(() => expect(all.pongs()).toBeGreaterThan(2))
    expect(all.opened()).toBe(1)
  })
})

async function connect(
  app: App,
  adapter: AdapterName,
  connectionParams: Record<string, string> | null = null,
  pingMs = 0,
) {
  const host = await openHost(adapter, app.router)
  let pongs = 0
  let opened = 0
  class CountingWebSocket extends WebSocket {
    constructor(url: string | URL) {
      super(url)
      this.addEventListener('open', () => opened++)
      this.addEventListener('message', ({ data }) => {
        if (data === 'PONG') pongs++
      })
    }
  }
  const ws = createWSClient({
    url: `${host.origin}/trpc`,
    WebSocket: CountingWebSocket,
    retryDelayMs: () => 0,
    ...(connectionParams && { connectionParams }),
    keepAlive: { enabled: pingMs > 0, intervalMs: pingMs },
  })
  // The router's type is that of the plain root, whichever it is.
  const linked = { client: ws, ...(app.usesSuperjson && { transformer: superjson }) } as unknown as {
    client: typeof ws
  }
  return {
    client: createTRPCClient<AppRouter>({ links: [wsLink(linked)] }),
    host,
    pongs: () => pongs,
    opened: () => opened,
    [Symbol.asyncDispose]: async () => {
      await ws.close()
      await host[Symbol.asyncDispose]()
    },
  }
}

/** Writes down, in order, what a subscriber is told. */
function told(seen: unknown[]) {
  return {
    onStarted: () => seen.push('started'),
    onData: (value: unknown) => seen.push(value),
    onStopped: () => seen.push('stopped'),
    onComplete: () => seen.push('complete'),
    onError: ({ data, message }: { data: { code: string } | null | undefined; message: string }) =>
      seen.push(`${data?.code}: ${message}`),
  }
}
