import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { createTelltaleClient } from '@telltale/client'
import { expect, it } from 'vitest'
import { startScripted } from '../support/live-server.ts'

/** Where nobody answers. */
async function urlOfNobody(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return `ws://127.0.0.1:${port}/trpc`
}

it('a client holds so many requests back and no more: the next is refused at once, and says when to try again', async () => {
  // Nothing that is published there is ever answered.
  await using server = await startScripted(async function* () {})
  const client = createTelltaleClient({ url: server.url, pendingMax: 3 })
  const publish = () => client.publish({ conversationId: 'c', category: 'info', text: 'waits' })
  const waiting = [publish(), publish(), publish()]
  await expect(publish()).rejects.toMatchObject({ code: 'OVERLOADED', retryable: true, retryAfterMs: 1_000 })
  const outcomes = Promise.allSettled(waiting)
  await client.close()
  expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
})

it('a client that was never connected holds back 100 requests, and gives each up after its time', async () => {
  const client = createTelltaleClient({ url: await urlOfNobody(), requestTimeoutMs: 50 })
  const ask = () => client.snapshot({ conversationId: 'c' })
  const waiting = Array.from({ length: 100 }, ask)
  await expect(ask()).rejects.toMatchObject({ code: 'OVERLOADED' })
  for (const outcome of await Promise.allSettled(waiting)) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'TIMEOUT' } })
  }
  await expect(ask()).rejects.toMatchObject({ code: 'TIMEOUT' })
  await client.close()
})
