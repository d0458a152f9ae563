import { createTelltaleClient, type PlaceStore, type ReceivedUpdate } from '@telltale/client'
import { createTelltale } from '@telltale/server'
import { describe, expect, it, vi } from 'vitest'
import { startServer } from '../support/live-server.ts'

const patience = { timeout: 5_000, interval: 5 }

/** What a tab's `sessionStorage` does, over reloads of its page. */
function createTab(): PlaceStore & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>()
  return { kept, get: (name) => kept.get(name) ?? null, set: (name, place) => void kept.set(name, place) }
}

/** A page: what it shows of a conversation, until it is loaded again. */
function openPage(url: string, places: PlaceStore) {
  const client = createTelltaleClient({ url, places })
  const updates: ReceivedUpdate[] = []
  const gaps: string[] = []
  const stream = client.status({ conversationId: 'c' })
  stream.subscribe({ update: (update) => updates.push(update), gap: ({ reason }) => gaps.push(reason) })
  const view = () => stream.store.getSnapshot()
  const live = () => vi.waitFor(() => expect(view().integrity).toBe('live'), patience)
  const shows = (texts: string[]) => vi.waitFor(() => expect(updates.map(({ text }) => text)).toEqual(texts), patience)
  return { client, updates, gaps, view, live, shows, close: () => client.close() }
}

describe('a page that is loaded again', () => {
  it('gets what was said meanwhile as new, has the whole state, and misses nothing', async () => {
    await using server = await startServer()
    const tab = createTab()
    const first = openPage(server.url, tab)
    await first.live()
    server.telltale.status.error('c', 'seen')
    server.telltale.status.info('c', 'seen, too')
    await first.shows(['seen', 'seen, too'])
    await first.close()
    server.telltale.status.info('c', 'meanwhile')
    const second = openPage(server.url, tab)
    await second.shows(['meanwhile'])
    server.telltale.status.info('c', 'and then')
    await second.shows(['meanwhile', 'and then'])
    expect(second.updates.map(({ replayed }) => replayed)).toEqual([false, false])
    await vi.waitFor(() => expect(second.view().counts).toEqual({ error: 1, info: 3 }), patience)
    expect(second.view()).toMatchObject({ latest: { error: { text: 'seen' } }, missed: 0, integrity: 'live' })
    expect(second.gaps).toEqual([])
    await second.close()
  })

  it('is told when the log began again meanwhile', async () => {
    const tab = createTab()
    const before = createTelltale()
    const { url, port } = await before.listen({ port: 0, host: '127.0.0.1' })
    const first = openPage(url, tab)
    await first.live()
    before.status.info('c', 'of another life')
    await first.shows(['of another life'])
    await first.close()
    await before.close({ drainMs: 0 })
    await using after = createTelltale()
    await after.listen({ port, host: '127.0.0.1' })
    after.status.info('c', 'of this one')
    const second = openPage(url, tab)
    await vi.waitFor(() => expect(second.gaps).toEqual(['epoch']), patience)
    await vi.waitFor(() => expect(second.view().latest.info?.text).toBe('of this one'), patience)
    expect(second.view()).toMatchObject({ isMissedExact: false, integrity: 'live' })
    await second.close()
  })

  it('keeps places, and nothing of what was read', async () => {
    await using server = await startServer()
    const tab = createTab()
    const page = openPage(server.url, tab)
    await page.live()
    server.telltale.status.info('c', 'between us')
    await page.shows(['between us'])
    expect([...tab.kept.keys()].join()).toContain('"c"')
    expect([...tab.kept.values()].join()).not.toContain('between us')
    await page.close()
  })

  it('works where nothing may be stored, as without a store', async () => {
    await using server = await startServer()
    const refuse = (): never => {
      throw new DOMException('The operation is insecure.', 'SecurityError')
    }
    const page = openPage(server.url, { get: refuse, set: refuse })
    await page.live()
    server.telltale.status.info('c', 'still here')
    await page.shows(['still here'])
    await page.close()
  })
})
