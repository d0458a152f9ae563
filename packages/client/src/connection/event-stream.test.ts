import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { readEventStream } from './event-stream.ts'
import { StreamRefused } from './stream-refused.ts'

/** A server that answers as it is told to. */
async function startAnswering(answer: (request: IncomingMessage, response: ServerResponse) => unknown) {
  const server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/trpc`,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function read(url: string, signal = new AbortController().signal) {
  const heard = { messages: [] as string[], signs: 0, opened: 0 }
  const done = readEventStream({
    url,
    token: 'abc',
    body: '[]',
    fetch,
    signal,
    onOpen: () => heard.opened++,
    onMessage: (text) => heard.messages.push(text),
    onHeard: () => heard.signs++,
  })
  return { heard, done }
}

const stream = { 'content-type': 'text/event-stream; charset=utf-8' }

describe('readEventStream', () => {
  it('puts together what the network took apart, also within a character', async () => {
    const bytes = Buffer.from(':\ndata: "a – b"\n\n:\ndata: "c"\n\n')
    await using server = await startAnswering(async (_request, response) => {
      response.writeHead(200, stream)
      for (const byte of bytes) await new Promise((resolve) => response.write(Buffer.from([byte]), resolve))
      response.end()
    })
    const { heard, done } = read(server.url)
    await done
    expect(heard.messages).toEqual(['"a – b"', '"c"'])
    expect(heard.opened).toBe(1)
  })

  it('says who it is in a header, and what it wants in the body', async () => {
    const seen: unknown[] = []
    await using server = await startAnswering(async (request, response) => {
      const { method, url, headers } = request
      const body = (await request.toArray()).join('')
      seen.push({ method, url, authorization: headers.authorization, type: headers['content-type'], body })
      response.writeHead(200, stream).end()
    })
    await read(server.url).done
    expect(seen).toEqual([
      { method: 'POST', url: '/trpc', authorization: 'Bearer abc', type: 'application/json', body: '[]' },
    ])
  })

  it.each([
    [
      'a status with a code of ours',
      429,
      { 'content-type': 'application/json' },
      '{"error":{"data":{"code":"X"}}}',
      'X',
    ],
    ['the page of a proxy', 502, { 'content-type': 'text/html' }, '<h1>Bad gateway</h1>', 'SERVICE_UNAVAILABLE'],
    [
      'a page where a stream should be',
      200,
      { 'content-type': 'text/html' },
      '<h1>Sign in</h1>',
      'SERVICE_UNAVAILABLE',
    ],
    ['JSON that is null', 500, { 'content-type': 'application/json' }, 'null', 'SERVICE_UNAVAILABLE'],
  ])('is refused by %s', async (_what, status, headers, body, code) => {
    await using server = await startAnswering((_request, response) => response.writeHead(status, headers).end(body))
    const { heard, done } = read(server.url)
    const failure: unknown = await done.catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(StreamRefused)
    expect(failure).toMatchObject({ status, code })
    expect(heard).toEqual({ messages: [], signs: 0, opened: 0 })
  })

  it('fails when the connection breaks, with what had come before', async () => {
    await using server = await startAnswering((_request, response) => {
      response.writeHead(200, stream)
      response.write('data: 1\n\ndata: 2', () => response.destroy())
    })
    const { heard, done } = read(server.url)
    await expect(done).rejects.toThrow()
    expect(heard.messages.every((text) => text === '1')).toBe(true)
  })

  it('hears a comment as a sign of life, and not as a message', async () => {
    await using server = await startAnswering((_request, response) => {
      response.writeHead(200, stream)
      response.end(':\n')
    })
    const { heard, done } = read(server.url)
    await done
    expect(heard.messages).toEqual([])
    expect(heard.signs).toBeGreaterThan(1)
  })
})
