import { once } from 'node:events'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { plainRoot, superjsonRoot } from '../../../test/support/foreign-roots.ts'
import { startServer } from '../../../test/support/live-server.ts'
import { createTelltaleClient } from './client.ts'

const poll = { interval: 5, timeout: 5_000 }
const update = { conversationId: 'c1', category: 'info', text: 'x' } as const

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('createTelltaleClient', () => {
  it('refuses to begin where there is no WebSocket, and says what helps', () => {
    const Own = WebSocket
    vi.stubGlobal('WebSocket', undefined)
    const url = 'ws://127.0.0.1:9/trpc'
    expect(() => createTelltaleClient({ url })).toThrow(
      'this runtime has no WebSocket: pass one as the option WebSocket',
    )
    expect(createTelltaleClient({ url, WebSocket: Own }).connection.getSnapshot()).toBe('idle')
  })

  it('uses the WebSocket class it is given', async () => {
    await using server = await startServer()
    const urls: string[] = []
    class Watched extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols)
        urls.push(String(url))
      }
    }
    await using client = createTelltaleClient({ url: server.url, WebSocket: Watched })
    await client.categories()
    expect(urls).toEqual([server.url])
  })

  it('comes back by itself with the pauses it was given', async () => {
    await using server = await startServer()
    const chances: number[] = []
    // More than any die gives: with the pauses there are by default it would be twenty seconds.
    const random = (): number => {
      chances.push(chances.length)
      return 40
    }
    await using client = createTelltaleClient({ url: server.url, random, backoff: { baseMs: 1, maxMs: 1 } })
    client.status({ conversationId: 'c1' }).subscribe({})
    await expect.poll(() => server.opened, poll).toBe(1)
    server.cut()
    await expect.poll(() => server.opened, poll).toBe(2)
    expect(chances).toHaveLength(1)
    expect(client.connection.getSnapshot()).toBe('open')
  })
})

describe('createTelltaleClient: our router in an app of its own', () => {
  it('speaks with a root that has superjson', async () => {
    await using server = await startServer({}, superjsonRoot)
    await using client = createTelltaleClient({ url: server.url, prefix: 'telltale.' })
    const texts: string[] = []
    const stream = client.status({ conversationId: 'c1' })
    stream.subscribe({ update: ({ text }) => texts.push(text) })
    await expect.poll(() => server.telltale.size().readers, poll).toBe(1)
    const accepted = await client.publish({
      conversationId: 'c1',
      category: 'tool',
      text: 'a',
      metadata: { tool: 't' },
    })
    await expect.poll(() => texts, poll).toEqual(['a'])
    server.cut()
    server.telltale.status.info('c1', 'b')
    await expect.poll(() => texts, poll).toEqual(['a', 'b'])
    const { updates } = await client.history({ conversationId: 'c1' })
    expect(updates.map(({ text }) => text)).toEqual(['a', 'b'])
    expect((await client.snapshot({ conversationId: 'c1' })).latest.tool?.id).toBe(accepted.id)
  })

  it('is told our codes by a root that knows nothing of us', async () => {
    await using server = await startServer({}, superjsonRoot)
    await using client = createTelltaleClient({ url: server.url, prefix: 'telltale.' })
    const novelty = { ...update, category: 'novelty' as 'info' }
    await expect(client.publish(novelty)).rejects.toMatchObject({ code: 'UNKNOWN_CATEGORY' })
  })

  it('asks a root without a transformer for what needs no input', async () => {
    await using server = await startServer({}, plainRoot)
    await using client = createTelltaleClient({ url: server.url, prefix: 'telltale.' })
    expect(await client.categories()).toHaveLength(6)
  })

  it('finds nothing without the prefix', async () => {
    await using server = await startServer({}, superjsonRoot)
    await using client = createTelltaleClient({ url: server.url })
    await expect(client.publish(update)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('createTelltaleClient: what was once a fault', () => {
  it('publishes and reads through a root that has no transformer', async () => {
    await using server = await startServer({}, plainRoot)
    await using client = createTelltaleClient({ url: server.url, prefix: 'telltale.' })
    const accepted = await client.publish(update)
    expect((await client.snapshot({ conversationId: 'c1' })).position).toBe(accepted.position)
  })

  it('asks a root with superjson for what needs no input', async () => {
    await using server = await startServer({}, superjsonRoot)
    await using client = createTelltaleClient({ url: server.url, prefix: 'telltale.' })
    expect(await client.categories()).toHaveLength(6)
  })

  it('is shown no stack of the server by a root that knows nothing of us', async () => {
    await using server = await startServer({}, superjsonRoot)
    const socket = new WebSocket(server.url)
    await once(socket, 'open')
    socket.send('{"id":1,"method":"nothing","params":{}}')
    const [{ data }] = (await once(socket, 'message')) as [MessageEvent<string>]
    socket.close()
    expect(data).toContain('malformed request')
    expect(data).not.toContain('stack')
  })
})
