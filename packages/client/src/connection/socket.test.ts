import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startServer } from '../../../../test/support/live-server.ts'
import { createManualClock } from '../../../server/src/testing/manual-clock.ts'
import { watchSocket } from './socket.ts'

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

describe('watchSocket', () => {
  it('gives up a server that takes the call and says nothing', async () => {
    const clock = createManualClock()
    const Timed = watchSocket(WebSocket, { clock, connectTimeoutMs: 10_000, onRefused: () => undefined })
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
    expect(clock.timers).toBe(0)
  })

  it('leaves a connection alone that came about in time', async () => {
    await using server = await startServer()
    const clock = createManualClock()
    const Timed = watchSocket(WebSocket, { clock, connectTimeoutMs: 10_000, onRefused: () => undefined })
    const socket = new Timed(server.url)
    await once(socket, 'open')
    expect(clock.timers).toBe(0)
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
    const Timed = watchSocket(WebSocket, { clock, connectTimeoutMs: 10_000, onRefused: () => undefined })
    await once(new Timed(url), 'close')
    expect(clock.timers).toBe(0)
  })

  it('is still the class it was, with its constants', () => {
    const Timed = watchSocket(WebSocket, {
      clock: createManualClock(),
      connectTimeoutMs: 10_000,
      onRefused: () => undefined,
    })
    expect([Timed.CONNECTING, Timed.OPEN, Timed.CLOSING, Timed.CLOSED]).toEqual([0, 1, 2, 3])
    expect(Timed.prototype).toBeInstanceOf(WebSocket)
  })
})
