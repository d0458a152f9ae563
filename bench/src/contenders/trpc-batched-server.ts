import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { initTRPC, tracked } from '@trpc/server'
import { applyWSSHandler } from '@trpc/server/adapters/ws'
import superjson from 'superjson'
import { WebSocketServer } from 'ws'
import { z } from 'zod'
import { conversationId, type Update, updateOf } from '../update.ts'
import type { Served } from './contender.ts'

const batchMax = 100
/** As many as Telltale keeps for who lags; who falls further behind is not served here. */
const keptMax = 1_000

/** One queue for all readers of a conversation: each has only a place in it. */
class SharedQueue {
  readers = 0
  #kept: Update[] = []
  /** Number of the first that is kept. */
  #first = 0
  #changed = Promise.withResolvers<void>()

  push(updates: readonly Update[]): void {
    this.#kept.push(...updates)
    const over = this.#kept.length - keptMax
    if (over > 0) {
      this.#kept = this.#kept.slice(over)
      this.#first += over
    }
    this.#wake()
  }

  /** What was said since, in batches, until the signal says that nobody reads it any more. */
  async *read(signal: AbortSignal | undefined): AsyncGenerator<readonly Update[]> {
    signal?.addEventListener('abort', () => this.#wake(), { once: true })
    let place = this.#first + this.#kept.length
    this.readers++
    try {
      while (!signal?.aborted) {
        if (place < this.#first) throw new Error('a reader fell too far behind')
        const begin = place - this.#first
        const batch = this.#kept.slice(begin, begin + batchMax)
        if (batch.length === 0) {
          await this.#changed.promise
        } else {
          place += batch.length
          yield batch
        }
      }
    } finally {
      this.readers--
    }
  }

  #wake(): void {
    this.#changed.resolve()
    this.#changed = Promise.withResolvers()
  }
}

/** What a careful person writes with tRPC as it comes: a queue that all share, and one tracked yield a batch. */
function createRouter(queue: SharedQueue) {
  const t = initTRPC.create({ transformer: superjson })
  const input = z.object({ conversationId: z.literal(conversationId), lastEventId: z.string().nullish() })
  return t.router({
    onUpdates: t.procedure.input(input).subscription(async function* ({ signal }) {
      for await (const updates of queue.read(signal)) yield tracked(updates.at(-1)?.id ?? '', updates)
    }),
  })
}

/** Its server, with tRPC's own adapter. */
export async function serve(): Promise<Served> {
  const queue = new SharedQueue()
  const wss = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
  await once(wss, 'listening')
  applyWSSHandler({ wss, router: createRouter(queue), createContext: () => ({}) })
  return {
    port: (wss.address() as AddressInfo).port,
    readers: () => queue.readers,
    say: (drafts) => queue.push(drafts.map(updateOf)),
  }
}
