import { createTelltaleClient } from '@telltale/client'
import {
  type Backplane,
  type BackplaneFactory,
  type BackplaneHost,
  createTelltale,
  memoryBackplane,
} from '@telltale/server'
import { describe, expect, it, vi } from 'vitest'
import { startServer } from '../support/live-server.ts'

/** A log of which some appends fail, or never end, as the test says. */
function brokenBackplane(fate: (topic: string) => 'fail' | 'hang' | 'work'): BackplaneFactory {
  return <TEvent, TState>(host: BackplaneHost) => {
    const memory = memoryBackplane()<TEvent, TState>(host)
    const broken: Pick<Backplane<TEvent, TState>, 'append'> = {
      append(topic, drafts, policy) {
        const how = fate(topic)
        if (how === 'hang') return new Promise(() => undefined)
        if (how === 'fail') return Promise.reject(new Error('the disk is full'))
        return memory.append(topic, drafts, policy)
      },
    }
    return { ...memory, ...broken }
  }
}

describe('a log that is broken', () => {
  it('for one conversation leaves all others their room, and their end', async () => {
    await using server = await startServer({
      limits: { queueLimit: 100 },
      backplane: brokenBackplane((topic) => (topic === 'status:broken' ? 'hang' : 'work')),
    })
    await using client = createTelltaleClient({ url: server.url })
    const texts: string[] = []
    const stream = client.status({ conversationId: 'well' })
    stream.subscribe({ update: ({ text }) => texts.push(text) })
    await vi.waitFor(() => expect(stream.store.getSnapshot().integrity).toBe('live'))
    for (let count = 0; count < 300; count++) {
      server.telltale.status.info('broken', `${count}`)
      await new Promise((resolve) => setImmediate(resolve))
    }
    for (let count = 0; count < 40; count++) server.telltale.status.info('well', `${count}`)
    await vi.waitFor(() => expect(texts).toHaveLength(40))
    expect(stream.store.getSnapshot().missed).toBe(0)
  })

  it('does not hold up the end of the server', async () => {
    const telltale = createTelltale({ backplane: brokenBackplane(() => 'hang') })
    telltale.status.info('c', 'never kept')
    await vi.waitFor(() => expect(telltale.size().queued).toBe(0))
    telltale.status.info('c', 'nor this')
    await telltale.close({ drainMs: 100 })
  })

  it('that works again has its readers told what it did not take, by category', async () => {
    let isBroken = false
    await using server = await startServer({ backplane: brokenBackplane(() => (isBroken ? 'fail' : 'work')) })
    await using client = createTelltaleClient({ url: server.url })
    const told: unknown[] = []
    const stream = client.status({ conversationId: 'c' })
    stream.subscribe({
      update: ({ text }) => told.push(text),
      gap: ({ reason, missed, dropped }) => told.push({ reason, missed, dropped }),
    })
    await vi.waitFor(() => expect(stream.store.getSnapshot().integrity).toBe('live'))
    isBroken = true
    server.telltale.status.info('c', 'lost')
    server.telltale.status.error('c', 'lost, too')
    await server.telltale.flush()
    isBroken = false
    server.telltale.status.info('c', 'kept')
    await vi.waitFor(() => expect(told).toHaveLength(2))
    expect(told).toEqual([{ reason: 'overflow', missed: 2, dropped: { info: 1, error: 1 } }, 'kept'])
  })
})
