import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, createServer as createProxy, type Socket } from 'node:net'
import {
  type BackplaneFactory,
  createTelltale,
  memoryBackplane,
  publicAccess,
  systemClock,
  type Telltale,
} from '@telltale/server'
import { describe, expect, it, vi } from 'vitest'
import { createStockClient, record } from '../support/stock-client.ts'

/** Several servers on one log, as behind a load balancer. */
function shareLog(): BackplaneFactory {
  let shared: ReturnType<BackplaneFactory> | null = null
  return (host) => {
    shared ??= memoryBackplane()({ ...host, clock: systemClock })
    const own = shared
    return Object.assign(Object.create(own), { dispose: async () => undefined }) as never
  }
}

async function startNode(backplane: BackplaneFactory): Promise<{ telltale: Telltale; http: Server; port: number }> {
  const telltale = createTelltale({ backplane, access: publicAccess(), retention: { size: 100_000 } })
  const http = createServer()
  telltale.attach(http)
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  return { telltale, http, port: (http.address() as AddressInfo).port }
}

describe('a graceful end', () => {
  it('hands its readers over to the next server: twelve times under load, a stock client has no double and no gap', async () => {
    const backplane = shareLog()
    let node = await startNode(backplane)
    const sockets = new Set<Socket>()
    const balancer = createProxy((client) => {
      const upstream = connect(node.port, '127.0.0.1')
      for (const socket of [client, upstream]) {
        sockets.add(socket)
        socket.on('error', () => undefined)
        socket.once('close', () => {
          sockets.delete(socket)
          client.destroy()
          upstream.destroy()
        })
      }
      client.pipe(upstream).pipe(client)
    })
    balancer.listen(0, '127.0.0.1')
    await once(balancer, 'listening')
    const url = `ws://127.0.0.1:${(balancer.address() as AddressInfo).port}/trpc`
    const client = createStockClient(url)
    const received = record(client, { conversationId: 'c', from: 'live' })
    await vi.waitFor(() => expect(received.frames).toHaveLength(1))
    const producer = await startNode(backplane)
    let said = 0
    let isOver = false
    const producing = (async () => {
      while (!isOver) {
        producer.telltale.status.info('c', `${++said}`)
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    for (let round = 0; round < 12; round++) {
      const old = node
      node = await startNode(backplane)
      const before = received.updates.length
      await old.telltale.close()
      old.http.close()
      await vi.waitFor(() => expect(received.updates.length).toBeGreaterThan(before))
      await vi.waitFor(() => expect(node.telltale.size().connections).toBe(1))
    }
    isOver = true
    await producing
    await vi.waitFor(() => expect(received.updates.at(-1)?.text).toBe(`${said}`))
    expect(received.updates.map(({ text }) => text)).toEqual(Array.from({ length: said }, (_, index) => `${index + 1}`))
    expect(received.gaps).toEqual([])
    expect(received.errors).toEqual([])
    received.stop()
    await client.close()
    for (const { telltale, http } of [node, producer]) {
      await telltale.close({ drainMs: 0 })
      http.close()
    }
    for (const socket of sockets) socket.destroy()
    balancer.close()
  })
})
