import { once } from 'node:events'
import { createTelltaleClient } from '@telltale/client'
import { describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { startServer } from '../support/live-server.ts'

type Category = 'info' | 'tool' | 'progress' | 'error'

describe('a change of categories', () => {
  it.each(['websocket', 'sse'] as const)(
    'over %s: nothing is lost and nothing comes twice, while updates go on',
    async (transport) => {
      await using server = await startServer()
      await using client = createTelltaleClient({ url: server.url, transport })
      const stream = client.status<Category>({ conversationId: 'c', categories: ['info'] })
      const texts: Record<Category, string[]> = { info: [], tool: [], progress: [], error: [] }
      const gaps: unknown[] = []
      stream.subscribe({ update: ({ category, text }) => texts[category].push(text), gap: (gap) => gaps.push(gap) })
      await vi.waitFor(() => expect(stream.store.getSnapshot().integrity).toBe('live'))
      let said = 0
      const say = () => {
        said++
        server.telltale.status.info('c', `${said}`)
        server.telltale.status.tool('c', `${said}`)
      }
      let isOver = false
      const producing = (async () => {
        while (!isOver) {
          say()
          await new Promise((resolve) => setImmediate(resolve))
        }
      })()
      for (let round = 0; round < 5; round++) {
        await stream.subscribeCategories(['tool'])
        expect(stream.categories).toEqual(['tool', 'info'])
        await stream.unsubscribeCategories(['tool'])
        expect(stream.categories).toEqual(['info'])
      }
      isOver = true
      await producing
      await vi.waitFor(() => expect(texts.info.at(-1)).toBe(`${said}`))
      expect(gaps).toEqual([])
      expect(texts.info).toEqual(Array.from({ length: said }, (_, index) => `${index + 1}`))
      expect(new Set(texts.tool).size).toBe(texts.tool.length)
      expect(texts.tool).toEqual([...texts.tool].sort((a, b) => Number(a) - Number(b)))
      await vi.waitFor(() => expect(server.telltale.size().readers).toBe(1))
    },
  )

  it('brings the state of what was added, as it stood at the place of the change', async () => {
    await using server = await startServer()
    await using client = createTelltaleClient({ url: server.url })
    server.telltale.status.error('c', 'before')
    const stream = client.status<Category>({ conversationId: 'c', categories: ['info'] })
    stream.subscribe({})
    await vi.waitFor(() => expect(stream.store.getSnapshot().integrity).toBe('live'))
    expect(stream.store.getSnapshot().latest.error).toBeUndefined()
    await stream.subscribeCategories(['error'])
    await vi.waitFor(() => expect(stream.store.getSnapshot().latest.error?.text).toBe('before'))
    expect(stream.store.getSnapshot()).toMatchObject({ missed: 0, integrity: 'live', updates: [] })
    await stream.unsubscribeCategories(['error'])
    await vi.waitFor(() => expect(stream.store.getSnapshot().latest.error).toBeUndefined())
  })

  it('beyond the limit is refused, and what was carried goes on', async () => {
    await using server = await startServer({ limits: { changesPerMinute: 2 } })
    await using client = createTelltaleClient({ url: server.url })
    const stream = client.status<Category>({ conversationId: 'c', categories: ['info'] })
    const texts: string[] = []
    stream.subscribe({ update: ({ text }) => texts.push(text) })
    await vi.waitFor(() => expect(stream.store.getSnapshot().integrity).toBe('live'))
    await stream.subscribeCategories(['tool'])
    await stream.subscribeCategories(['error'])
    await expect(stream.subscribeCategories(['progress'])).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' })
    expect(stream.categories).toEqual(['tool', 'error', 'info'])
    server.telltale.status.tool('c', 'still here')
    server.telltale.status.progress('c', 'not this')
    await vi.waitFor(() => expect(texts).toEqual(['still here']))
    await expect(stream.subscribeCategories(['novelty' as Category])).rejects.toThrow()
  })

  it('is not charged to those who come back after a drop', async () => {
    await using server = await startServer({ limits: { changesPerMinute: 2 } })
    await using client = createTelltaleClient({ url: server.url, backoff: { baseMs: 1, maxMs: 1 } })
    const stream = client.status<Category>({ conversationId: 'c', categories: ['info'] })
    const texts: string[] = []
    stream.subscribe({ update: ({ text }) => texts.push(text) })
    await vi.waitFor(() => expect(stream.store.getSnapshot().integrity).toBe('live'))
    await stream.subscribeCategories(['tool'])
    for (let drop = 1; drop <= 6; drop++) {
      await vi.waitFor(() => expect(stream.store.getSnapshot().integrity).toBe('live'))
      server.cut()
      server.telltale.status.tool('c', `${drop}`)
      await vi.waitFor(() => expect(texts).toHaveLength(drop))
    }
    await stream.subscribeCategories(['error'])
    expect(texts).toEqual(['1', '2', '3', '4', '5', '6'])
  })

  it('that is stopped while it is being authorized leaves the stream as it was, to be changed again', async () => {
    let admit = (): void => undefined
    let asked = 0
    const authorize = async (): Promise<boolean> => {
      if (++asked !== 2) return true
      return new Promise<boolean>((resolve) => {
        admit = () => resolve(true)
      })
    }
    const access = { authenticate: () => ({ userId: 'u' }), authorize }
    await using server = await startServer({ access })
    const socket = new WebSocket(server.url.replace('http', 'ws'))
    const told: string[] = []
    socket.on('message', (data: Buffer) => void told.push(data.toString()))
    await once(socket, 'open')
    const send = (id: number, input: object): void =>
      socket.send(
        JSON.stringify({ id, method: 'subscription', params: { path: 'status.subscribe', input: { json: input } } }),
      )
    send(1, { conversationId: 'c' })
    const streamId = () => /"streamId":"(\w+)"/.exec(told.join())?.[1]
    await vi.waitFor(() => expect(streamId()).toBeDefined())
    send(2, { conversationId: 'c', replaces: streamId() })
    await vi.waitFor(() => expect(asked).toBe(2))
    socket.send(JSON.stringify({ id: 2, method: 'subscription.stop' }))
    socket.send('PING')
    await vi.waitFor(() => expect(told).toContain('PONG'))
    admit()
    await vi.waitFor(() => expect(told.join()).toContain('{"id":2,"result":{"type":"stopped"}}'))
    send(3, { conversationId: 'c', replaces: streamId() })
    await vi.waitFor(() => expect(told.join()).toContain('{"id":1,"result":{"type":"stopped"}}'))
    expect(told.join()).not.toContain('"error":{')
    socket.terminate()
  })
})
