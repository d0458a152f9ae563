import { createTelltale, type ServerFrame, type Telltale } from '@telltale/server'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createStockClient, record } from '../support/stock-client.ts'

const patience = { timeout: 10_000, interval: 5 }
const opened: Telltale[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((telltale) => telltale.close({ drainMs: 100 })))
})

function open(): Telltale {
  const telltale = createTelltale()
  opened.push(telltale)
  return telltale
}

/** Reads frames in this process until it is told to stop. */
function read(telltale: Telltale, categories?: readonly ('info' | 'tool')[]) {
  const frames: ServerFrame[] = []
  const ending = new AbortController()
  const request = { conversationId: 'c', from: 'live', signal: ending.signal } as const
  const done = (async () => {
    for await (const frame of telltale.subscribe(categories ? { ...request, categories } : request))
      frames.push(frame as ServerFrame)
  })()
  const stop = (): Promise<void> => {
    ending.abort()
    return done
  }
  return { frames, stop }
}

describe('readers of one conversation', () => {
  it('gives readers at the same place with the same filter the identical batch', async () => {
    const telltale = open()
    const [a, b, filtered] = [read(telltale), read(telltale), read(telltale, ['info'])]
    await vi.waitFor(() => expect(telltale.size().readers).toBe(3), patience)
    telltale.status.info('c', 'one')
    telltale.status.tool('c', 'two')
    await vi.waitFor(() => expect([a, b, filtered].map(({ frames }) => frames.length)).toEqual([2, 2, 2]), patience)
    expect(a.frames[1]?.type).toBe('batch')
    expect(a.frames[1]).toBe(b.frames[1])
    expect(filtered.frames[1]).not.toBe(a.frames[1])
    expect(Object.isFrozen(a.frames[1])).toBe(true)
    await Promise.all([a.stop(), b.stop(), filtered.stop()])
    expect(telltale.size()).toMatchObject({ topics: 0, readers: 0 })
  })

  it('shows a reader in the process and one at a socket the same updates and positions', async () => {
    const telltale = open()
    const { url } = await telltale.listen({ port: 0 })
    const client = createStockClient(url)
    const remote = record(client, { conversationId: 'c', from: 'live' })
    const local = read(telltale)
    await vi.waitFor(() => expect([telltale.size().readers, remote.frames.length]).toEqual([2, 1]), patience)
    telltale.status.tool('c', 'Searching “the web”\n', { tool: 'web_search', nested: { deep: [1, 'two', null] } })
    telltale.status.error('c', 'Failed \u2028', { type: 'Timeout' }, { key: 'k"\\', id: 'mine "1"' })
    await vi.waitFor(() => expect([remote.updates.length, local.frames.length]).toEqual([2, 2]), patience)
    const batch = local.frames[1]
    expect(JSON.parse(JSON.stringify(batch?.type === 'batch' && batch.updates))).toEqual(remote.updates)
    expect(remote.frames[1]?.id).toBe(batch?.position)
    expect(remote.updates[1]).toMatchObject({ id: 'mine "1"', key: 'k"\\', text: 'Failed \u2028' })
    await local.stop()
    await client.close()
  })

  it('ends a loop that breaks, also while it waits', async () => {
    const telltale = open()
    for await (const frame of telltale.subscribe({ conversationId: 'c' })) if (frame.type === 'ready') break
    const iterator = telltale.subscribe({ conversationId: 'c' })[Symbol.asyncIterator]()
    await iterator.next()
    const waiting = iterator.next()
    await iterator.return?.()
    expect((await waiting).done).toBe(true)
    expect(telltale.size()).toMatchObject({ topics: 0, readers: 0 })
  })
})
