import { describe, expect, it } from 'vitest'
import { startServer } from '../../../../test/support/live-server.ts'
import { createTelltaleClient } from '../client.ts'

/** A client that never connects: to ask for a stream is not to use it. */
const client = createTelltaleClient({ url: 'ws://127.0.0.1:9/trpc' })

describe('StreamRegistry', () => {
  it('gives those who ask for the same the same stream', () => {
    const stream = client.status({ conversationId: 'c1' })
    expect(client.status({ conversationId: 'c1' })).toBe(stream)
    const filtered = client.status({ conversationId: 'c1', categories: ['tool', 'info'] })
    expect(client.status({ conversationId: 'c1', categories: ['info', 'tool'] })).toBe(filtered)
    const last = client.status({ conversationId: 'c1', from: { last: 5 } })
    expect(client.status({ conversationId: 'c1', from: { last: 5 } })).toBe(last)
    expect(client.connection.getSnapshot()).toBe('idle')
  })

  it('gives those who ask for something else another', () => {
    const streams = [
      client.status({ conversationId: 'c1' }),
      client.status({ conversationId: 'c2' }),
      client.status({ conversationId: 'c1', categories: [] }),
      client.status({ conversationId: 'c1', categories: ['tool'] }),
      client.status({ conversationId: 'c1', minPriority: 'high' }),
      client.status({ conversationId: 'c1', from: 'live' }),
      client.status({ conversationId: 'c1', from: { last: 5 } }),
      client.status({ conversationId: 'c1', from: { last: 6 } }),
      client.status({ conversationId: 'c1', from: { after: 'e.1.1' } }),
    ]
    expect(new Set(streams).size).toBe(streams.length)
  })

  it('gives each of two clients its own', () => {
    const other = createTelltaleClient({ url: 'ws://127.0.0.1:9/trpc' })
    expect(other.status({ conversationId: 'c1' })).not.toBe(client.status({ conversationId: 'c1' }))
  })

  it('keeps to what it was asked for when the caller changes the request afterwards', async () => {
    await using server = await startServer()
    await using reader = createTelltaleClient({ url: server.url })
    const request = { conversationId: 'c1' }
    const stream = reader.status(request)
    request.conversationId = 'c2'
    const texts: string[] = []
    stream.subscribe({ update: ({ text }) => texts.push(text) })
    await expect.poll(() => server.opened, { interval: 5 }).toBe(1)
    server.telltale.status.info('c1', 'for the first')
    server.telltale.status.info('c2', 'for another')
    await expect.poll(() => texts, { interval: 5 }).toHaveLength(1)
    expect(texts).toEqual(['for the first'])
  })
})
