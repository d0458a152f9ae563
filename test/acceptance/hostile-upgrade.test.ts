import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { type Served, serve } from '../support/serve.ts'
import { createStockClient, type Received, record } from '../support/stock-client.ts'

const patience = { timeout: 10_000, interval: 5 }

let server: Served
let healthy: ReturnType<typeof createStockClient>
let received: Received
let said = 0
beforeAll(async () => {
  server = await serve()
  healthy = createStockClient(server.url)
  received = record(healthy, { conversationId: 'healthy', from: 'live' })
  await vi.waitFor(() => expect(received.frames).toHaveLength(1), patience)
})
afterAll(async () => {
  await healthy.close()
  await server.stop()
})

/** The reader beside the attack still gets what is said, and the process lives. */
async function expectHealthy(): Promise<void> {
  await healthy.trpc.status.publish.mutate({ conversationId: 'healthy', category: 'info', text: `${++said}` })
  await vi.waitFor(() => expect(received.updates).toHaveLength(said), patience)
  expect([server.exitCode, received.errors, received.gaps]).toEqual([null, [], []])
  expect(received.frames.filter(({ data }) => data.type === 'ready')).toHaveLength(1)
}

/** Sends bytes and answers everything that came back until the server hung up. */
function exchange(...parts: (string | Buffer)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(server.port, '127.0.0.1', () => {
      for (const part of parts) socket.write(part)
    })
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1')
    })
    socket.once('close', () => resolve(answer))
    socket.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' ? resolve(answer) : reject(error),
    )
  })
}

function upgrade(url: string, host = 'localhost'): string {
  const key = randomBytes(16).toString('base64')
  return `GET ${url} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`
}

const brokenFrame = Buffer.from([0xf1, 0x80, 0, 0, 0, 0]) // reserved bits set

describe('an upgrade that is malformed', () => {
  it.each(['//', '///', 'http://[', '/%%%[', '//[::1', `/${'a'.repeat(4_000)}`, '*'])(
    'to %s is answered with 400 or 404',
    async (url) => {
      expect(await exchange(upgrade(url))).toMatch(/^HTTP\/1\.1 40[04] /)
      await expectHealthy()
    },
  )

  it.each(['[', 'a b', 'x:99999', '', 'a/b', 'a@b', '[::1'])(
    'with the host "%s" is answered with 400',
    async (host) => {
      expect(await exchange(upgrade('/trpc', host))).toMatch(/^HTTP\/1\.1 400 /)
      await expectHealthy()
    },
  )

  it('without a host, or with two, is answered with 400', async () => {
    expect(await exchange(upgrade('/trpc').replace('Host: localhost\r\n', ''))).toMatch(/^HTTP\/1\.1 400 /)
    expect(await exchange(upgrade('/trpc').replace('Host:', 'Host: localhost\r\nHost:'))).toMatch(/^HTTP\/1\.1 400 /)
    await expectHealthy()
  })

  it('to a wrong path is answered with 404, and a broken frame behind it reaches nobody', async () => {
    expect(await exchange(upgrade('/elsewhere'), brokenFrame)).toMatch(/^HTTP\/1\.1 404 /)
    await expectHealthy()
  })

  it('with a token in its url is answered with 400', async () => {
    expect(await exchange(upgrade('/trpc?token=secret'))).toMatch(/^HTTP\/1\.1 400 /)
    await expectHealthy()
  })
})

describe('a message that is malformed', () => {
  async function open(): Promise<WebSocket> {
    const socket = new WebSocket(server.url)
    socket.on('error', () => undefined)
    await new Promise((resolve) => socket.once('open', resolve))
    return socket
  }
  const closed = (socket: WebSocket): Promise<number> => new Promise((resolve) => socket.once('close', resolve))
  const answer = (socket: WebSocket): Promise<string> =>
    new Promise((resolve) => socket.once('message', (data) => resolve(String(data))))

  it('of 64 KiB and one byte is closed with 1009; one of 64 KiB is answered', async () => {
    const socket = await open()
    const answered = answer(socket)
    socket.send('"'.padEnd(65_535, 'x').concat('"'))
    expect(JSON.parse(await answered)).toMatchObject({ id: null, error: {} })
    const code = closed(socket)
    socket.send('"'.padEnd(65_536, 'x').concat('"'))
    expect(await code).toBe(1009)
    await expectHealthy()
  })

  it.each(['not JSON', '{', '[]]', '\u0000', '5', 'null', '{}', '[1]', '{"id":{}}', '{"id":1,"method":"x"}'])(
    'such as %s is answered with an error, and the socket lives',
    async (text) => {
      const socket = await open()
      const answered = answer(socket)
      socket.send(text)
      expect(JSON.parse(await answered)).toHaveProperty('error')
      const pong = answer(socket)
      socket.send('PING')
      expect(await pong).toBe('PONG')
      socket.terminate()
      await expectHealthy()
    },
  )

  it('such as a hundred thousand brackets is refused before it is parsed', async () => {
    const socket = await open()
    const answered = answer(socket)
    socket.send('['.repeat(30_000) + ']'.repeat(30_000))
    expect(JSON.parse(await answered)).toMatchObject({ id: null, error: {} })
    socket.terminate()
    await expectHealthy()
  })

  it('of bytes instead of text is closed with 1003', async () => {
    const socket = await open()
    const code = closed(socket)
    socket.send(Buffer.from([1, 2, 3]))
    expect(await code).toBe(1003)
    await expectHealthy()
  })

  it('with reserved bits is closed by the protocol', async () => {
    expect(await exchange(upgrade('/trpc'), brokenFrame)).toMatch(/^HTTP\/1\.1 101 /)
    await expectHealthy()
  })
})
