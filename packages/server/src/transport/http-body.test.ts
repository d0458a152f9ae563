import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createManualClock } from '../testing/manual-clock.ts'
import { readBody } from './http-body.ts'
import { defaultConnectionLimits } from './limits.ts'

const poll = { interval: 5, timeout: 5_000 }
const server = createServer()
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

/** A request on its way, and what is read of its body. */
async function begin() {
  const clock = createManualClock()
  const sent = request({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', method: 'POST' })
  sent.on('error', () => undefined)
  sent.flushHeaders()
  const [incoming] = (await once(server, 'request')) as [IncomingMessage, ServerResponse]
  return { clock, sent, incoming, body: readBody(incoming, { clock, limits: defaultConnectionLimits }) }
}

describe('readBody', () => {
  it('puts together what came in pieces, also within a character, and leaves no timer', async () => {
    const { clock, sent, body } = await begin()
    for (const byte of Buffer.from('"a – b"')) await new Promise((resolve) => sent.write(Buffer.from([byte]), resolve))
    sent.end()
    expect(await body).toBe('"a – b"')
    expect(clock.timers).toBe(0)
    sent.destroy()
  })

  it('gives up in time, to the millisecond, however the pieces drip', async () => {
    const { clock, sent, incoming, body } = await begin()
    let outcome: unknown = null
    void body.then((settled) => {
      outcome = settled
    })
    clock.advance(4_999)
    sent.write('[')
    await expect.poll(() => incoming.readableFlowing, poll).toBe(true)
    expect(outcome).toBeNull()
    clock.advance(1)
    expect(await body).toMatchObject({ status: 408 })
    expect(clock.timers).toBe(0)
    sent.destroy()
  })

  it('gives up one that is longer than it may be, in whatever pieces, and takes one that is not', async () => {
    const longest = await begin()
    longest.sent.end('x'.repeat(65_536))
    expect(await longest.body).toHaveLength(65_536)
    const longer = await begin()
    longer.sent.write('x'.repeat(65_536))
    longer.sent.write('x')
    expect(await longer.body).toMatchObject({ status: 413 })
    for (const { sent } of [longest, longer]) sent.destroy()
  })

  it('ends when its sender goes', async () => {
    const { clock, sent, body } = await begin()
    sent.write('[')
    sent.destroy()
    expect(await body).toMatchObject({ status: 400 })
    expect(clock.timers).toBe(0)
  })
})
