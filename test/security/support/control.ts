import { createTelltaleClient } from '@telltale/client'
import { expect, vi } from 'vitest'

const patience = { timeout: 5_000, interval: 5 }

/** A healthy reader beside an attack. */
export interface Control extends AsyncDisposable {
  /** It still gets what is said, over the connection it began with, and the server's process lives. */
  lives(): Promise<void>
  /** The same again and again while something goes on, and once behind it; answers what that answers. */
  during<T>(attack: Promise<T>): Promise<T>
  /** How long an update took at worst to be accepted and to come, in milliseconds. */
  readonly slowestMs: number
}

/** Where a control reader reads. */
export interface ControlOptions {
  readonly url: string
  readonly token?: string
  /** In front of the procedures' names. @default '' */
  readonly prefix?: string
  /** Says something in a conversation. @default the reader itself publishes */
  readonly say?: (conversationId: string, text: string) => void
  /** The exit code of the server's process, should it have one of its own. */
  readonly exitCode?: () => number | null
}

/** What the reader reads, and what nobody else may touch. */
export const controlConversation = 'healthy'

/** Opens a real client that reads a conversation of its own. */
export async function openControl({
  url,
  token,
  prefix = '',
  say,
  exitCode = () => null,
}: ControlOptions): Promise<Control> {
  const client = createTelltaleClient({ url, transport: 'websocket', prefix, ...(token && { token: () => token }) })
  const conversationId = controlConversation
  const texts: string[] = []
  const faults: unknown[] = []
  const stream = client.status({ conversationId, from: 'live' })
  stream.subscribe({
    update: ({ text }) => texts.push(text),
    gap: (gap) => faults.push(gap),
    error: (error) => faults.push(error),
  })
  await vi.waitFor(() => expect(stream.store.getSnapshot().integrity).toBe('live'), patience)
  // From here on it must not even have to come back.
  client.connection.subscribe(() => faults.push(client.connection.getSnapshot()))
  let said = 0
  let slowestMs = 0

  async function lives(): Promise<void> {
    const startedAt = performance.now()
    const number = ++said
    const text = `${number}`
    if (say) say(conversationId, text)
    else await client.publish({ conversationId, category: 'info', text })
    await vi.waitFor(() => expect(texts.length).toBeGreaterThanOrEqual(number), patience)
    slowestMs = Math.max(slowestMs, performance.now() - startedAt)
    expect([texts[number - 1], faults, exitCode()]).toEqual([text, [], null])
  }

  return {
    lives,
    async during(attack) {
      let isOver = false
      const over = attack.finally(() => {
        isOver = true
      })
      // Told when it is awaited, below.
      over.catch(() => undefined)
      do await lives()
      while (!isOver)
      await lives()
      return over
    },
    get slowestMs() {
      return slowestMs
    },
    [Symbol.asyncDispose]: () => {
      faults.length = 0
      return client.close()
    },
  }
}
