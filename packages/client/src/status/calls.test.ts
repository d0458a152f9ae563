import { describe, expect, it } from 'vitest'
import { startServer } from '../../../../test/support/live-server.ts'
import { createTelltaleClient } from '../client.ts'

const say = (text: string, category: 'info' | 'tool' = 'info') => ({ conversationId: 'c1', category, text })

describe('calls', () => {
  it('publishes, and settles when the update was accepted', async () => {
    await using server = await startServer()
    await using client = createTelltaleClient({ url: server.url })
    const update = { ...say('Searching', 'tool'), metadata: { tool: 'web_search' }, id: 'mine' }
    const first = await client.publish(update)
    expect(first.id).toBe('mine')
    // The same id again is the same update, at the same place.
    expect(await client.publish(update)).toEqual(first)
    const snapshot = await client.snapshot({ conversationId: 'c1' })
    expect(snapshot).toMatchObject({ position: first.position, counts: { tool: 1 } })
    expect(snapshot.latest.tool).toMatchObject({ text: 'Searching', metadata: { tool: 'web_search' } })
  })

  it('publishes many: those that are refused do not stop the others', async () => {
    await using server = await startServer()
    await using client = createTelltaleClient({ url: server.url })
    const wrong = { ...say('x'), category: 'novelty' as 'info' }
    const outcome = await client.publishMany([say('a'), wrong, say('b'), { ...say('c'), conversationId: 'no id' }])
    expect(outcome.accepted).toBe(2)
    expect(outcome.rejected.map(({ index, code }) => [index, code])).toEqual([
      [1, 'UNKNOWN_CATEGORY'],
      [3, 'INVALID_INPUT'],
    ])
    expect((await client.snapshot({ conversationId: 'c1' })).counts).toEqual({ info: 2 })
  })

  it('reads the history in pages, newest page first and oldest update first within it', async () => {
    await using server = await startServer()
    await using client = createTelltaleClient({ url: server.url })
    const texts = ['a', 'b', 'c', 'd', 'e']
    await client.publishMany(texts.map((text, index) => say(text, index === 3 ? 'tool' : 'info')))
    const pages: string[] = []
    let before: string | undefined
    do {
      const page = await client.history({ conversationId: 'c1', limit: 2, ...(before !== undefined && { before }) })
      pages.push(page.updates.map(({ text }) => text).join(''))
      before = page.next ?? undefined
    } while (before !== undefined)
    expect(pages).toEqual(['de', 'bc', 'a'])
    const tools = await client.history({ conversationId: 'c1', categories: ['tool'] })
    expect(tools).toMatchObject({ updates: [{ text: 'd' }], next: null })
  })

  it('restricts a snapshot to some categories', async () => {
    await using server = await startServer()
    await using client = createTelltaleClient({ url: server.url })
    await client.publishMany([say('a'), say('b', 'tool')])
    const snapshot = await client.snapshot({ conversationId: 'c1', categories: ['tool'] })
    expect(snapshot).toMatchObject({ counts: { tool: 1 }, latest: { tool: { text: 'b' } } })
    expect(Object.keys(snapshot.latest)).toEqual(['tool'])
  })

  it('asks what categories there are', async () => {
    await using server = await startServer()
    await using client = createTelltaleClient({ url: server.url })
    const names = (await client.categories()).map(({ name }) => name)
    expect(names).toEqual(['engine', 'tool', 'workflow', 'progress', 'error', 'info'])
  })

  it('sends all calls of one moment in one message, and answers each', async () => {
    await using server = await startServer()
    await using client = createTelltaleClient({ url: server.url })
    const accepted = await Promise.all(Array.from({ length: 50 }, (_, index) => client.publish(say(`${index}`))))
    expect(new Set(accepted.map(({ position }) => position)).size).toBe(50)
  })
})
