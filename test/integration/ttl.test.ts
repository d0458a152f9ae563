import { createTelltaleClient, type StreamEvent } from '@telltale/client'
import { type Backplane, type BackplaneFactory, type BackplaneHost, memoryBackplane } from '@telltale/server'
import { describe, expect, it, vi } from 'vitest'
import { startServer } from '../support/live-server.ts'

/** A log that takes nothing until it is let. */
function heldBackplane() {
  let release: () => void = () => undefined
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const factory: BackplaneFactory = <TEvent, TState>(host: BackplaneHost) => {
    const memory = memoryBackplane()<TEvent, TState>(host)
    const late: Pick<Backplane<TEvent, TState>, 'append'> = {
      append: async (topic, drafts, policy) => {
        await held
        return memory.append(topic, drafts, policy)
      },
    }
    return { ...memory, ...late }
  }
  return { factory, release: () => release() }
}

describe('an update with a ttl', () => {
  it('that waits longer than that is not accepted: readers are told in its place, who waits is told so', async () => {
    const { factory, release } = heldBackplane()
    await using server = await startServer({ backplane: factory })
    await using client = createTelltaleClient({ url: server.url })
    const events: StreamEvent[] = []
    const stream = client.status({ conversationId: 'c' })
    stream.subscribe({
      update: (update) => events.push({ type: 'update', update }),
      gap: (gap) => events.push({ type: 'gap', ...gap }),
    })
    await vi.waitFor(() => expect(stream.store.getSnapshot().integrity).toBe('live'))
    const { status } = server.telltale
    status.info('c', 'first')
    await vi.waitFor(() => expect(server.telltale.size().queued).toBe(0))
    const saidAt = Date.now()
    status.info('c', 'stale', {}, { ttlMs: 1 })
    status.tool('c', 'stale, too', {}, { ttlMs: 1 })
    status.info('c', 'worth its wait', {}, { ttlMs: 60_000 })
    const asked = client.publish({ conversationId: 'c', category: 'info', text: 'asked', ttlMs: 1 })
    const refused = expect(asked).rejects.toMatchObject({ code: 'TIMEOUT', retryable: true })
    await vi.waitFor(() => expect(server.telltale.size().queued).toBe(4))
    await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(saidAt + 10))
    release()
    await refused
    await vi.waitFor(() => expect(events).toHaveLength(3))
    expect(events).toMatchObject([
      { type: 'update', update: { text: 'first' } },
      { type: 'gap', reason: 'overflow', missed: 2, dropped: { info: 1, tool: 1 } },
      { type: 'update', update: { text: 'worth its wait' } },
    ])
    expect(stream.store.getSnapshot()).toMatchObject({ integrity: 'live', missed: 2, isMissedExact: true })
  })
})
