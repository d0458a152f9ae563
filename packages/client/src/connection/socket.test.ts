import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startServer } from '../../../../test/support/live-server.ts'
import { createManualClock } from '../../../server/src/testing/manual-clock.ts'
import { type WatchedSocket, watchSocket } from './socket.ts'

/** A server that takes every call and never says a word. */
const silent = createServer()
const callers = new Set<Socket>()
silent.on('connection', (socket) => {
  callers.add(socket)
  socket.on('error', () => undefined)
  socket.resume()
})

beforeEach(async () => {
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
})

afterEach(() => {
  for (const socket of callers) socket.destroy()
  callers.clear()
  silent.close()
})

function silentUrl(): string {
  return `ws://127.0.0.1:${(silent.address() as AddressInfo).port}/trpc`
}

/** Answers a caller's handshake (RFC 6455, section 4.2.2), and then says a message, or nothing ever again. */
async function shakeHands(caller: Socket, message?: string): Promise<void> {
  const [request] = (await once(caller, 'data')) as [Buffer]
  const key = /^sec-websocket-key: (.+)\r$/im.exec(request.toString())?.[1] ?? ''
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
  const head = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade']
  caller.write(`${head.join('\r\n')}\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`)
  if (message === undefined) return
  const bytes = Buffer.from(message)
  caller.write(Buffer.concat([Buffer.from([0x81, bytes.length]), bytes]))
}

const unheard = { onProven: () => undefined, onLost: () => undefined, sockets: new Set<WatchedSocket>() }

describe('watchSocket', () => {
  it('gives up a server that takes the call and says nothing', async () => {
    const clock = createManualClock()
    const Timed = watchSocket(WebSocket, {
      clock,
      connectTimeoutMs: () => 10_000,
      ...unheard,
      onRefused: () => undefined,
    })
    const socket = new Timed(silentUrl())
    const closed = once(socket, 'close')
    const [caller] = (await once(silent, 'connection')) as [Socket]
    clock.advance(9_999)
    expect(socket.readyState).toBe(WebSocket.CONNECTING)
    const hungUp = once(caller, 'close')
    clock.advance(1)
    await closed
    await hungUp
    expect(socket.readyState).toBeGreaterThan(WebSocket.OPEN)
    await expect.poll(() => clock.timers, { interval: 5, timeout: 5_000 }).toBe(0)
  })

  it('leaves a connection alone that came about in time', async () => {
    await using server = await startServer()
    const clock = createManualClock()
    const Timed = watchSocket(WebSocket, {
      clock,
      connectTimeoutMs: () => 10_000,
      ...unheard,
      onRefused: () => undefined,
    })
    const socket = new Timed(server.url)
    await once(socket, 'open')
    await expect.poll(() => clock.timers, { interval: 5, timeout: 5_000 }).toBe(0)
    clock.advance(60_000)
    expect(socket.readyState).toBe(WebSocket.OPEN)
    socket.close()
    await once(socket, 'close')
  })

  it('holds no timer for a connection that was refused', async () => {
    const url = silentUrl()
    silent.close()
    await once(silent, 'close')
    const clock = createManualClock()
    const Timed = watchSocket(WebSocket, {
      clock,
      connectTimeoutMs: () => 10_000,
      ...unheard,
      onRefused: () => undefined,
    })
    await once(new Timed(url), 'close')
    await expect.poll(() => clock.timers, { interval: 5, timeout: 5_000 }).toBe(0)
  })

  it('is still the class it was, with its constants', () => {
    const Timed = watchSocket(WebSocket, {
      clock: createManualClock(),
      connectTimeoutMs: () => 10_000,
      ...unheard,
      onRefused: () => undefined,
    })
    expect([Timed.CONNECTING, Timed.OPEN, Timed.CLOSING, Timed.CLOSED]).toEqual([0, 1, 2, 3])
    expect(Timed.prototype).toBeInstanceOf(WebSocket)
  })

  it.each([
    ['an error that names no request', '{"id":null,"error":{"data":{"code":"UNAUTHORIZED"}}}', ['UNAUTHORIZED']],
    ['an answer to a request', '{"id":1,"error":{"data":{"code":"UNAUTHORIZED"}}}', []],
    ['an error without a code', '{"id":null,"error":{"data":{"code":7}}}', []],
    ['an error without data', '{"id":null,"error":null}', []],
    ['what is not JSON', '{"id":null,"error"', []],
  ])('hears from the first words whether it is refused: %s', async (_what, words, expected) => {
    const codes: string[] = []
    const onRefused = (code: string): void => void codes.push(code)
    const Watched = watchSocket(WebSocket, {
      clock: createManualClock(),
      connectTimeoutMs: () => 10_000,
      ...unheard,
      onRefused,
    })
    const socket = new Watched(silentUrl())
    const heard = once(socket, 'message')
    const [caller] = (await once(silent, 'connection')) as [Socket]
    await shakeHands(caller, words)
    await heard
    expect(codes).toEqual(expected)
  })

  it('is closed soon after it was told to close, although the other side never answers', async () => {
    const clock = createManualClock()
    const Watched = watchSocket(WebSocket, {
      clock,
      connectTimeoutMs: () => 10_000,
      ...unheard,
      onRefused: () => undefined,
    })
    const socket = new Watched(silentUrl())
    const opened = once(socket, 'open')
    const [caller] = (await once(silent, 'connection')) as [Socket]
    await shakeHands(caller)
    await opened
    let isClosed = false
    socket.addEventListener('close', () => {
      isClosed = true
    })
    // As the keep-alive does when no answer came: what is dead must be given up, or nobody comes back.
    socket.close()
    clock.advance(10_000)
    await expect.poll(() => isClosed, { interval: 5, timeout: 300 }).toBe(true)
  })
})
