import type { Telltale } from '@telltale/server'
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client'
import superjson from 'superjson'

export function connect(url: string, token: () => Promise<string>) {
  const client = createWSClient({
    url,
    connectionParams: async () => ({ token: await token() }),
    keepAlive: { enabled: true, intervalMs: 8_000, pongTimeoutMs: 8_000 },
    retryDelayMs: (attempt) => Math.random() * Math.min(20_000, 500 * 2 ** attempt),
  })
  const trpc = createTRPCClient<Telltale['router']>({ links: [wsLink({ client, transformer: superjson })] })
  return { trpc, close: () => client.close() }
}

export function read({ trpc }: ReturnType<typeof connect>, conversationId: string, write: (line: string) => void) {
  return trpc.status.subscribe.subscribe(
    { conversationId },
    {
      onData({ data: frame }) {
        if (frame.type === 'batch') for (const { text } of frame.updates) write(text)
        if (frame.type === 'gap') write(`${frame.missed ?? 'some'} missed: ${frame.reason}`)
      },
      onError: ({ data }) => write(`over: ${data?.code}`),
    },
  )
}
