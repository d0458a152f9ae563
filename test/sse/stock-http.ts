import type { Telltale } from '@telltale/server'
import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink } from '@trpc/client'
import { EventSource, type FetchLike } from 'eventsource'
import { type Received, type TransformerName, transformers } from '../support/stock-client.ts'

/** tRPC's own client over plain HTTP, untouched: calls in batches, subscriptions by EventSource. */
export function createStockHttpClient(
  url: string,
  { transformer: name = 'superjson', token }: { transformer?: TransformerName; token?: string } = {},
) {
  const http = url.replace(/^ws/, 'http')
  const transformer = transformers[name]
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  return createTRPCClient<Telltale['router']>({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: httpSubscriptionLink({
          url: http,
          transformer,
          EventSource,
          eventSourceOptions: () => ({ fetch: comingBackSoon(headers) }),
        }),
        false: httpBatchLink({ url: http, transformer, headers }),
      }),
    ],
  })
}

/** EventSource waits three seconds before it comes back, unless a stream says otherwise: so each of ours says it first. */
function comingBackSoon(headers: Record<string, string>): FetchLike {
  return async (url, init) => {
    const response = await fetch(url, { ...init, headers: { ...init.headers, ...headers } } as RequestInit)
    const sooner = new TransformStream<Uint8Array, Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode('retry: 10\n\n')),
    })
    const body = response.ok ? (response.body?.pipeThrough(sooner) ?? null) : response.body
    const { status, headers: answered } = response
    return { body, url: response.url || String(url), status, redirected: response.redirected, headers: answered }
  }
}

type Input = Parameters<ReturnType<typeof createStockHttpClient>['status']['subscribe']['subscribe']>[0]

/** Subscribes and writes down what comes. */
export function recordHttp(trpc: ReturnType<typeof createStockHttpClient>, input: Input): Received {
  const received: Omit<Received, 'stop'> = { frames: [], updates: [], gaps: [], errors: [] }
  const subscription = trpc.status.subscribe.subscribe(input, {
    onData: ({ id, data }) => {
      received.frames.push({ id, data })
      if (data.type === 'batch') received.updates.push(...data.updates)
      if (data.type === 'gap') received.gaps.push(data)
    },
    onError: (error) => received.errors.push(error),
  })
  return { ...received, stop: () => subscription.unsubscribe() }
}
