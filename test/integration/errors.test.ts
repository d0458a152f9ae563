import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type Backplane,
  type BackplaneFactory,
  type BackplaneHost,
  createTelltale,
  memoryBackplane,
} from '@telltale/server'
import type { TRPCClientError } from '@trpc/client'
import { type AnyTRPCRouter, initTRPC } from '@trpc/server'
import { describe, expect, it } from 'vitest'
import { createStockClient } from '../support/stock-client.ts'

const secret = 'database password is hunter2'

/** A backplane that fails when it is asked for one conversation. */
const broken: BackplaneFactory = <TEvent, TState>(host: BackplaneHost): Backplane<TEvent, TState> => {
  const backplane = memoryBackplane()<TEvent, TState>(host)
  const refuse = (topic: string): void => {
    if (topic === 'status:broken') throw new Error(secret)
  }
  return {
    ...backplane,
    append: (topic, drafts, policy) => {
      refuse(topic)
      return backplane.append(topic, drafts, policy)
    },
    read: (topic, after, limit) => {
      refuse(topic)
      return backplane.read(topic, after, limit)
    },
  }
}

describe('a fault of the server', () => {
  it('tells a client nothing of a fault but an id that telemetry knows', async () => {
    const faults: { errorId: string; error: unknown }[] = []
    const telltale = createTelltale({
      backplane: broken,
      telemetry: (name, event) => {
        if (name === 'error.internal') faults.push(event as never)
      },
    })
    const { url } = await telltale.listen({ port: 0 })
    const client = createStockClient(url)
    const error = await client.trpc.status.history.query({ conversationId: 'broken' }).catch((thrown) => thrown)
    expect(JSON.stringify([error.message, error.shape, error.data])).not.toContain('hunter2')
    expect(error.data).toMatchObject({
      code: 'INTERNAL_SERVER_ERROR',
      telltale: { code: 'INTERNAL', errorId: expect.any(String) },
    })
    expect(error.data).not.toHaveProperty('stack')
    expect(faults).toMatchObject([{ errorId: error.data.telltale.errorId, error: { message: secret } }])
    await client.close()
    await telltale.close()
  })

  it('in one conversation does not stop another, and a caller is told that it may try again', async () => {
    const telltale = createTelltale({ backplane: broken })
    const caller = telltale.createCaller({ userId: 'u' })
    telltale.status.info('broken', 'lost')
    telltale.status.info('c', 'kept')
    const refused = caller.status.publish({ conversationId: 'broken', category: 'info', text: 't' })
    await expect(refused).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      cause: { code: 'UNAVAILABLE', retryable: true },
    })
    expect((await caller.status.snapshot({ conversationId: 'c' })).counts).toEqual({ info: 1 })
    await telltale.close()
  })

  it('keeps its code and shows no stack under a root of the app that shows everything', async () => {
    const telltale = createTelltale({ backplane: broken })
    const t = initTRPC.context<object>().create({ isDev: true })
    const router = t.router({ telltale: telltale.router })
    const http = createServer().listen(0, '127.0.0.1')
    await once(http, 'listening')
    telltale.attach(http, { router })
    const { port } = http.address() as AddressInfo
    const { createTRPCUntypedClient, createWSClient, wsLink } = await import('@trpc/client')
    const socket = createWSClient({ url: `ws://127.0.0.1:${port}/trpc` })
    const client = createTRPCUntypedClient({ links: [wsLink({ client: socket })] })
    const thrown = (await client
      .query('telltale.status.history', { conversationId: 'broken' })
      .catch((error: unknown) => error)) as TRPCClientError<AnyTRPCRouter>
    expect(JSON.stringify(thrown.shape)).not.toContain('hunter2')
    expect(thrown.data).toMatchObject({ telltale: { code: 'INTERNAL' } })
    expect(thrown.data).not.toHaveProperty('stack')
    const unknown: unknown = await client
      .mutation('telltale.status.publish', { conversationId: 'c', category: 'x', text: 't' })
      .catch((error: unknown) => error)
    expect(unknown).toMatchObject({ data: { telltale: { code: 'UNKNOWN_CATEGORY' } } })
    await socket.close()
    await telltale.close()
    http.close()
  })
})
