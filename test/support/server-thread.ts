import { parentPort, workerData } from 'node:worker_threads'
import type { SpanHandle } from '@telltale/server'
import { startServer } from './live-server.ts'

/** What the thread's owner asks of it; see `remote-server.ts`. */
export interface ThreadCommands {
  say(conversationId: string, category: 'info' | 'tool', text: string): void
  /** Says a burst in one turn of the event loop. */
  burst(conversationId: string, count: number): void
  /** Starts a span, as a child of another if one is named; the answer is its id. */
  startSpan(conversationId: string, name: string, parentId?: string): string
  /** Says something of a span that was started here. */
  tellSpan(id: string, what: 'update' | 'progress' | 'end', ...args: readonly unknown[]): void
  flush(): Promise<void>
  counts(): { readers: number; opened: number; connections: number }
  cut(): void
  close(): Promise<void>
}

/** A question to the thread. */
export interface ThreadCall {
  readonly id: number
  readonly command: keyof ThreadCommands
  readonly args: readonly unknown[]
}

const { denied } = workerData as { denied: readonly string[] }
const server = await startServer({
  access: {
    authenticate: () => ({ userId: 'u1' }),
    authorize: (_identity, _action, conversationId) => !denied.includes(conversationId),
  },
})
const { telltale } = server
const spans = new Map<string, SpanHandle>()

const commands: ThreadCommands = {
  say: (conversationId, category, text) => telltale.status.update(conversationId, category, text),
  burst(conversationId, count) {
    for (let index = 1; index <= count; index++) telltale.status.info(conversationId, `${index}`)
  },
  startSpan(conversationId, name, parentId) {
    const span = telltale.status.startSpan({
      conversationId,
      category: 'tool',
      name,
      ...(parentId !== undefined && { parentId }),
    })
    spans.set(span.id, span)
    return span.id
  },
  tellSpan(id, what, ...args) {
    const tell = spans.get(id)?.[what] as ((...args: readonly unknown[]) => void) | undefined
    tell?.(...args)
  },
  flush: () => telltale.flush(),
  counts: () => ({ ...telltale.size(), opened: server.opened }),
  cut: () => server.cut(),
  close: async () => server[Symbol.asyncDispose](),
}

parentPort?.on('message', ({ id, command, args }: ThreadCall) => {
  const run = commands[command] as (...args: readonly unknown[]) => unknown
  void Promise.resolve(run(...args)).then((value) => {
    parentPort?.postMessage({ id, value })
    if (command === 'close') parentPort?.close()
  })
})
parentPort?.postMessage({ id: 0, value: server.url })
