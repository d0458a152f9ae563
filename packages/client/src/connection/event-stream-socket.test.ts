import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createManualClock } from '../../../server/src/testing/manual-clock.ts'
import { EventStreamSocket } from './event-stream-socket.ts'

const poll = { interval: 5, timeout: 5_000 }
const subscribe = (id: number): string => JSON.stringify({ id, method: 'subscription', params: {} })

interface Post {
  readonly body: string
  readonly response: ServerResponse
  isOver: boolean
}

/** A server that takes knocks, and keeps every other request for the test to answer; with `isMute` it keeps all of them. */
async function startServer({ isMute = false } = {}) {
  const posts: Post[] = []
  async function keep(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const post = { body: (await request.toArray()).join(''), response, isOver: false }
    response.once('close', () => {
      post.isOver = true
    })
    if (!isMute) response.writeHead(200, { 'content-type': 'text/event-stream' }).write(':\n')
    if (post.body === '[]' && !isMute) response.end()
    else posts.push(post)
  }
  const server = createServer((request, response) => void keep(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/trpc`,
    posts,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function open(url: string) {
  const clock = createManualClock()
  const seen = { lost: [] as boolean[], refused: [] as string[], messages: [] as unknown[], closes: 0 }
  const socket = new EventStreamSocket(url, {
    fetch,
    token: async () => null,
    latestToken: () => null,
    onEnded: () => undefined,
    admits: () => true,
    clock,
    connectTimeoutMs: 10_000,
    onProven: () => undefined,
    onRefused: (code) => seen.refused.push(code),
    onLost: (wasProven) => seen.lost.push(wasProven),
  })
  socket.addEventListener('message', (event) => seen.messages.push((event as MessageEvent).data))
  socket.addEventListener('close', () => seen.closes++)
  return { socket, clock, seen }
}

async function opened(url: string) {
  const all = open(url)
  await once(all.socket, 'open')
  return all
}

describe('EventStreamSocket', () => {
  it('asks in one stream for what is asked in one go, and anew when something is added or stopped', async () => {
    await using server = await startServer()
    const { socket } = await opened(server.url)
    socket.send(subscribe(1))
    socket.send(subscribe(2))
    await expect.poll(() => server.posts.map(({ body }) => body), poll).toEqual([`[${subscribe(1)},${subscribe(2)}]`])
    socket.send(subscribe(3))
    await expect.poll(() => server.posts.length, poll).toBe(2)
    await expect.poll(() => server.posts[0]?.isOver, poll).toBe(true)
    socket.send('{"id":1,"method":"subscription.stop"}')
    socket.send('{"id":2,"method":"subscription.stop"}')
    await expect.poll(() => server.posts.at(-1)?.body, poll).toBe(`[${subscribe(3)}]`)
    expect(server.posts).toHaveLength(3)
    socket.close()
    await expect.poll(() => server.posts.every(({ isOver }) => isOver), poll).toBe(true)
  })

  it('ends its stream with the last subscription, and is not lost for it', async () => {
    await using server = await startServer()
    const { socket, seen } = await opened(server.url)
    socket.send(subscribe(1))
    await expect.poll(() => server.posts.length, poll).toBe(1)
    socket.send('{"id":1,"method":"subscription.stop"}')
    await expect.poll(() => server.posts[0]?.isOver, poll).toBe(true)
    expect([seen.messages, seen.lost, socket.readyState]).toEqual([['{"id":1,"result":{"type":"stopped"}}'], [], 1])
    socket.close()
  })

  it('holds calls back until the subscriptions before them have begun', async () => {
    await using server = await startServer()
    const { socket } = await opened(server.url)
    socket.send(subscribe(1))
    socket.send('{"id":2,"method":"query"}')
    await expect.poll(() => server.posts.length, poll).toBe(1)
    server.posts[0]?.response.write('data: {"id":1,"result":{"type":"started"}}\n\n')
    await expect
      .poll(() => server.posts.map(({ body }) => body), poll)
      .toEqual([`[${subscribe(1)}]`, '[{"id":2,"method":"query"}]'])
    socket.close()
  })

  it('is lost when a server takes the knock and says nothing', async () => {
    await using server = await startServer({ isMute: true })
    const { clock, seen, socket } = open(server.url)
    await expect.poll(() => server.posts.length, poll).toBe(1)
    clock.advance(9_999)
    expect(seen.lost).toEqual([])
    clock.advance(1)
    expect([seen.lost, socket.readyState]).toEqual([[false], 3])
    await expect.poll(() => seen.closes, poll).toBe(1)
  })

  it('opens a stream again that held for a while, and is lost with one that ended at once', async () => {
    await using server = await startServer()
    const { socket, clock, seen } = await opened(server.url)
    socket.send(subscribe(1))
    await expect.poll(() => server.posts.length, poll).toBe(1)
    server.posts[0]?.response.write('data: {"id":1,"result":{"type":"data","id":"p1"}}\n\n')
    await expect.poll(() => seen.messages.length, poll).toBe(1)
    clock.advance(10_000)
    server.posts[0]?.response.end()
    await expect.poll(() => server.posts[1]?.body, poll).toContain('"lastEventId":"p1"')
    expect(seen.lost).toEqual([])
    server.posts[1]?.response.end()
    await expect.poll(() => seen.lost, poll).toEqual([true])
    expect(server.posts).toHaveLength(2)
  })

  it('answers pings for as long as the server is heard, and always when it waits for nothing', async () => {
    await using server = await startServer()
    const { socket, clock, seen } = await opened(server.url)
    const ping = async (): Promise<unknown> => {
      seen.messages.length = 0
      socket.send('PING')
      await Promise.resolve()
      return seen.messages[0]
    }
    clock.advance(60_000)
    expect(await ping()).toBe('PONG')
    socket.send(subscribe(1))
    await expect.poll(() => server.posts.length, poll).toBe(1)
    server.posts[0]?.response.write('data: {"id":1,"result":{"type":"started"}}\n\n')
    await expect.poll(() => seen.messages.length, poll).toBe(2)
    clock.advance(18_000)
    expect(await ping()).toBe('PONG')
    clock.advance(1)
    expect(await ping()).toBeUndefined()
    socket.close()
  })
})
