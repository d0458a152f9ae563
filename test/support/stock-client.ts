import type { Frame, StatusSnapshot, StatusUpdate } from '@telltale/contract'
import type { Telltale } from '@telltale/server'
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client'
import superjson from 'superjson'
import { WebSocket } from 'ws'

/** How a stock client may be set up: superjson both ways, or plain JSON in and superjson out. */
export const transformers = {
  superjson,
  'plain JSON in, superjson out': {
    input: { serialize: (value: unknown) => value, deserialize: (value: unknown) => value },
    output: superjson,
  },
} as const

export type TransformerName = keyof typeof transformers

/** tRPC's own client, untouched. */
export function createStockClient(url: string, transformer: TransformerName = 'superjson') {
  const socket = createWSClient({ url, WebSocket: WebSocket as never })
  const trpc = createTRPCClient<Telltale['router']>({
    links: [wsLink({ client: socket, transformer: transformers[transformer] })],
  })
  return { trpc, socket, close: () => socket.close() }
}

type Input = Parameters<ReturnType<typeof createStockClient>['trpc']['status']['subscribe']['subscribe']>[0]

/** Everything a subscription of a stock client got. */
export interface Received {
  readonly frames: { id: string; data: Frame<StatusUpdate, StatusSnapshot> }[]
  readonly updates: StatusUpdate[]
  readonly gaps: Extract<Frame<StatusUpdate, StatusSnapshot>, { type: 'gap' }>[]
  readonly errors: unknown[]
  stop(): void
}

/** Subscribes and writes down what comes. */
export function record(client: ReturnType<typeof createStockClient>, input: Input): Received {
  const received: Omit<Received, 'stop'> = { frames: [], updates: [], gaps: [], errors: [] }
  const subscription = client.trpc.status.subscribe.subscribe(input, {
    onData: ({ id, data }) => {
      received.frames.push({ id, data })
      if (data.type === 'batch') received.updates.push(...data.updates)
      if (data.type === 'gap') received.gaps.push(data)
    },
    onError: (error) => received.errors.push(error),
  })
  return { ...received, stop: () => subscription.unsubscribe() }
}
