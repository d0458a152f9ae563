import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createTelltaleClient } from '@telltale/client'
import { createTelltale, type Telltale } from '@telltale/server'
import { initTRPC } from '@trpc/server'
import superjson from 'superjson'
import { describe, expect, it, vi } from 'vitest'
import { createManualClock } from '../../packages/server/src/testing/manual-clock.ts'

const patience = { timeout: 10_000, interval: 5 }

describe('the life of a server', () => {
  it('closes twice, and nothing is left', async () => {
    const clock = createManualClock()
    const telltale = createTelltale({ clock: { ...clock, soon: (callback) => { const immediate = setImmediate(callback); return () => clearImmediate(immediate) } } }) // biome-ignore format: the turns are real, the time is not
    const frames: string[] = []
    const done = (async () => {
      for await (const frame of telltale.subscribe({ conversationId: 'c' })) {
        frames.push(frame.type)
        if (frames.length === 2) break
      }
    })()
    await vi.waitFor(() => expect(telltale.size().readers).toBe(1), patience)
    telltale.status.info('c', 'said before the end')
    await done
    await Promise.all([telltale.close(), telltale.close()])
    await telltale.close()
    expect(frames).toEqual(['ready', 'batch'])
    expect(telltale.size()).toEqual({ queued: 0, openSpans: 0, connections: 0, topics: 0, readers: 0 })
    expect(clock.timers).toBe(0)
    telltale.status.info('c', 'said after the end')
    expect(telltale.size().queued).toBe(0)
    await expect(
      telltale.createCaller({ userId: 'u' }).status.publish({ conversationId: 'c', category: 'info', text: 't' }),
    ).rejects.toMatchObject({ cause: { code: 'DISPOSED' } })
  })

  it('ends those who read in the process, who have been told everything by then', async () => {
    const telltale = createTelltale()
    const heard: string[] = []
    const reading = (async () => {
      for await (const frame of telltale.subscribe({ conversationId: 'c1' })) {
        if (frame.type === 'batch') heard.push(...frame.updates.map(({ text }) => text))
      }
    })()
    await expect.poll(() => telltale.size().readers).toBe(1)
    const span = telltale.status.startSpan({ conversationId: 'c1', category: 'tool', name: 'open' })
    await telltale.close({ drainMs: 0 })
    await reading
    expect(heard).toEqual(['open', 'Lost: its server was closed'])
    expect([telltale.size().readers, span.state]).toEqual([0, 'lost'])
  })

  it('hands on what was said before it closes, and says goodbye with 1001', async () => {
    const telltale = createTelltale()
    const { url } = await telltale.listen({ port: 0 })
    const client = createTelltaleClient({ url })
    const texts: string[] = []
    client.status({ conversationId: 'c', from: 'live' }).subscribe({ update: ({ text }) => texts.push(text) })
    await vi.waitFor(() => expect(telltale.size().readers).toBe(1), patience)
    for (let n = 0; n < 500; n++) telltale.status.info('c', `${n}`)
    await telltale.close()
    await vi.waitFor(() => expect(texts).toHaveLength(500), patience)
    expect(telltale.size()).toEqual({ queued: 0, openSpans: 0, connections: 0, topics: 0, readers: 0 })
    await client.close()
  })

  it.each(['none', 'superjson'] as const)(
    'is hosted by an app in its own router with the transformer %s',
    async (transformer) => {
      const telltale = createTelltale()
      const t =
        transformer === 'none'
          ? initTRPC.context<object>().create()
          : initTRPC.context<object>().create({ transformer: superjson })
      const seen: unknown[] = []
      const router = t.router({
        greet: t.procedure.query(({ ctx }) => ('who' in ctx ? ctx.who : null)),
        live: telltale.router,
      })
      const http = createServer((_request, response) => response.end('the app')).listen(0, '127.0.0.1')
      await once(http, 'listening')
      telltale.attach(http, {
        router,
        path: '/api',
        createContext: ({ info }) => {
          seen.push(info)
          return { who: 'ann' }
        },
      })
      const { port } = http.address() as AddressInfo
      const client = createTelltaleClient({ url: `ws://127.0.0.1:${port}/api`, prefix: 'live.' })
      const stream = client.status({ conversationId: 'c', categories: ['tool'] })
      const texts: string[] = []
      stream.subscribe({ update: ({ text }) => texts.push(text) })
      await vi.waitFor(() => expect(stream.store.getSnapshot().integrity).toBe('live'), patience)
      telltale.status.tool('c', 'from the server')
      await client.publish({ conversationId: 'c', category: 'tool', text: 'from the client' })
      await vi.waitFor(() => expect(texts).toEqual(['from the server', 'from the client']), patience)
      expect((await client.history({ conversationId: 'c' })).updates).toHaveLength(2)
      expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('the app')
      expect(seen).toHaveLength(1)
      await client.close()
      await telltale.close()
      http.close()
    },
  )

  it('refuses subscriptions over an adapter that is not ours, unless it is told to', async () => {
    const identity = (): { userId: string } => ({ userId: 'u' })
    const t = initTRPC.context<object>().create()
    const callThrough = (telltale: Telltale) =>
      t.createCallerFactory(t.router({ live: telltale.router }))({}).live.status
    const refusing = createTelltale({ identity })
    const refused = callThrough(refusing).subscribe({ conversationId: 'c' })
    await expect(refused).rejects.toMatchObject({ cause: { code: 'UNSAFE_TRANSPORT' } })
    expect(await callThrough(refusing).categories()).toHaveLength(6)
    await expect(callThrough(createTelltale()).categories()).rejects.toMatchObject({ cause: { code: 'UNAUTHORIZED' } })
    const allowing = createTelltale({ identity, unsafeTransport: true })
    for await (const first of await callThrough(allowing).subscribe({ conversationId: 'c' })) {
      // In process a tracked value is a pair.
      expect(first).toMatchObject({ 1: { type: 'ready' } })
      break
    }
    await Promise.all([refusing.close(), allowing.close()])
  })
})
