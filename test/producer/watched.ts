import type { StatusUpdate } from '@telltale/contract'
import { createTelltale, publicAccess, type ServerFrame, type Telltale, type TelltaleOptions } from '@telltale/server'

/** What a reader of a conversation was told, in order: updates, and what it missed by category. */
export interface Heard {
  readonly updates: StatusUpdate[]
  readonly missed: { readonly before: number; readonly dropped: { readonly [category: string]: number } }[]
  /** `name state` of each update of a span. */
  readonly states: string[]
}

/** A server with telemetry that is written down. */
export interface Watched extends AsyncDisposable {
  readonly telltale: Telltale
  readonly url: string
  /** Reads a conversation from now on. */
  hear(conversationId?: string): Promise<Heard>
}

/** Starts one, on a free port or on one that was free. */
export async function startWatched(options: TelltaleOptions<never> = {}, port = 0): Promise<Watched> {
  const telltale = createTelltale({
    access: publicAccess(),
    ...(options as TelltaleOptions<Telltale['contract']>),
  })
  const { url } = await telltale.listen({ port, host: '127.0.0.1' })
  const stop = new AbortController()
  return {
    telltale,
    url,
    async hear(conversationId = 'c') {
      const heard: Heard = { updates: [], missed: [], states: [] }
      const reading = telltale.subscribe({ conversationId, from: 'live', signal: stop.signal })
      const ready = Promise.withResolvers<void>()
      void (async () => {
        for await (const frame of reading) {
          ready.resolve()
          write(frame, heard)
        }
      })()
      await ready.promise
      return heard
    },
    async [Symbol.asyncDispose]() {
      stop.abort()
      await telltale.close({ drainMs: 0 })
    },
  }
}

function write(frame: ServerFrame, heard: Heard): void {
  if (frame.type === 'gap') heard.missed.push({ before: heard.updates.length, dropped: frame.dropped ?? {} })
  if (frame.type !== 'batch') return
  heard.updates.push(...frame.updates)
  for (const { span } of frame.updates) if (span) heard.states.push(`${span.name} ${span.state}`)
}

/** How much of each category is said, told, or told as missed. */
export function countByCategory(heard: Heard): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { category } of heard.updates) counts[category] = (counts[category] ?? 0) + 1
  for (const { dropped } of heard.missed) {
    for (const [category, count] of Object.entries(dropped)) counts[category] = (counts[category] ?? 0) + count
  }
  return counts
}
