import { describe, expect, it } from 'vitest'
import { openChaosProxy } from '../support/chaos-proxy.ts'
import { createStockClient } from '../support/stock-client.ts'
import { connect, conversationId, present, readStock, shortly, start, watch } from '../support/watching.ts'

const poll = { interval: 5, timeout: 15_000 }

describe('a watcher that goes', () => {
  it('is gone at once when it stops its last stream, though its connection stays', async () => {
    await using server = await start()
    const client = createStockClient(server.url)
    const subscriptions = [1, 2].map(() =>
      client.trpc.status.subscribe.subscribe({ conversationId }, { onData: () => undefined }),
    )
    await expect.poll(() => server.telltale.size().readers, poll).toBe(2)
    subscriptions[0]?.unsubscribe()
    await expect.poll(() => server.telltale.size().readers, poll).toBe(1)
    expect(present(server)).toEqual(['guest 1'])
    subscriptions[1]?.unsubscribe()
    await expect.poll(() => present(server), poll).toEqual([])
    expect(server.telltale.size().connections).toBe(1)
    await client.close()
  })

  it('does not go while it changes its categories', async () => {
    await using server = await start({ limits: { flushIntervalMs: 0 } })
    await using reader = readStock(server.url)
    await using ada = connect(server.url, 'ada')
    const stream = ada.status({ conversationId, categories: ['tool'] })
    stream.subscribe({})
    await expect.poll(() => shortly(reader.members), poll).toEqual(['ada 1'])
    await stream.subscribeCategories(['error'])
    await stream.unsubscribeCategories(['tool'])
    await expect.poll(() => server.telltale.size().readers, poll).toBe(1)
    await using bob = connect(server.url, 'bob')
    watch(bob)
    await expect.poll(() => shortly(reader.members), poll).toEqual(['ada 1', 'bob 1'])
    expect(reader.frames.map(({ data }) => (data.type === 'diff' ? shortly(data.leaves) : 'state'))).toEqual([
      'state',
      [],
      [],
    ])
  })

  it('is gone when its socket is cut, and back without a ghost or a double, however often', async () => {
    await using server = await start()
    await using ada = connect(server.url, 'ada')
    await using bob = connect(server.url, 'bob')
    await using reader = readStock(server.url)
    watch(ada)
    watch(bob)
    const shown = bob.presence({ conversationId })
    shown.subscribe({})
    await expect.poll(() => present(server), poll).toEqual(['ada 1', 'bob 1'])
    for (let cut = 1; cut <= 10; cut++) {
      const { opened } = server
      server.cut()
      await expect.poll(() => server.opened, poll).toBe(opened + 2)
    }
    await expect.poll(() => present(server), poll).toEqual(['ada 1', 'bob 1'])
    const members = server.telltale.presence(conversationId)
    await expect.poll(() => shown.store.getSnapshot(), poll).toMatchObject({ members, isLive: true })
    await expect.poll(() => reader.members, poll).toEqual(members)
    expect(reader.errors).toEqual([])
  })

  it('is gone when nothing is heard of it, though nobody hung up', async () => {
    await using server = await start({ limits: { pingIntervalMs: 40, deadAfterMs: 200 } })
    const proxy = await openChaosProxy(Number(new URL(server.url).port), () => 0)
    await using reader = readStock(server.url)
    await using ada = connect(server.url, 'ada')
    await using bob = connect(proxy.url, 'bob')
    watch(ada)
    watch(bob)
    await expect.poll(() => shortly(reader.members), poll).toEqual(['ada 1', 'bob 1'])
    proxy.set('both', { hole: 'swallow' })
    await expect.poll(() => shortly(reader.members), poll).toEqual(['ada 1'])
    expect(present(server)).toEqual(['ada 1'])
    await proxy.close()
  })

  it('leaves nothing behind after a thousand times', async () => {
    const begun = new Set<number>()
    let left = 0
    await using server = await start({ limits: { inboundPerSecond: 1_000_000 } })
    const socket = new WebSocket(`${server.url}?connectionParams=1`)
    await new Promise((resolve) => {
      socket.onopen = resolve
    })
    socket.send(JSON.stringify({ method: 'connectionParams', data: { token: 'ada' } }))
    await using reader = readStock(server.url)
    await expect.poll(() => reader.frames.length, poll).toBe(1)
    socket.onmessage = ({ data }) => {
      const { id, result } = JSON.parse(String(data)) as { id: number; result?: { type: string } }
      if (result?.type === 'data') begun.add(id)
      if (result?.type === 'stopped') left++
    }
    const params = { path: 'status.subscribe', input: { json: { conversationId, from: 'live' } } }
    for (let cycle = 1; cycle <= 1_000; cycle++) {
      socket.send(JSON.stringify({ id: cycle, method: 'subscription', params }))
      // Some are stopped before they have begun, some when they are there.
      if (cycle % 3 === 0) await expect.poll(() => begun.has(cycle), poll).toBe(true)
      socket.send(JSON.stringify({ id: cycle, method: 'subscription.stop' }))
      if (cycle % 50 === 0) await expect.poll(() => left, poll).toBe(cycle)
    }
    await expect.poll(() => left, poll).toBe(1_000)
    expect(begun.size).toBeGreaterThan(332)
    expect([present(server), server.telltale.size().readers]).toEqual([[], 0])
    await expect.poll(() => reader.members, poll).toEqual([])
    socket.close()
  })

  it('is gone when what it was allowed is taken back, and may not ask any more', async () => {
    await using server = await start()
    await using ada = connect(server.url, 'ada')
    await using bob = connect(server.url, 'bob')
    const shown = ada.presence({ conversationId })
    shown.subscribe({})
    watch(ada)
    watch(bob)
    await expect.poll(() => shortly(shown.store.getSnapshot().members), poll).toEqual(['ada 1', 'bob 1'])
    server.telltale.revoke({ userId: 'ada', conversationId })
    await expect.poll(() => present(server), poll).toEqual(['bob 1'])
    await expect.poll(() => shown.store.getSnapshot().error?.code, poll).toBe('NOT_FOUND')
    expect(shown.store.getSnapshot().isLive).toBe(false)
  })
})
