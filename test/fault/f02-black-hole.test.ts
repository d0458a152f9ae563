import { describe, expect, it, vi } from 'vitest'
import { openLab } from './lab/lab.ts'

const conversations = ['c1', 'c2', 'c3']
/** A server that pings every half second; a client of ours finds out in at most 17 s, whatever the server does. */
const telltale = { limits: { pingIntervalMs: 500, deadAfterMs: 1_500 } }

describe.concurrent('F2 and F3: black holes', () => {
  it('F2: a network that is away is noticed, and when it is back everybody resumes (6 clients, the server gives up after 1.5 s instead of 18 s)', async () => {
    await using lab = await openLab({ telltale })
    for (const conversationId of conversations) {
      lab.read(lab.client(), conversationId)
      lab.readStock(lab.stock(), conversationId)
    }
    await lab.ready()
    const load = lab.load({ perSecond: 200, conversations })
    await vi.waitFor(() => expect(load.said).toBeGreaterThan(100), { timeout: 5_000 })
    const awaySince = performance.now()
    lab.proxy.set('both', { hole: 'swallow' })
    await vi.waitFor(() => expect(lab.server.telltale.size()).toMatchObject({ readers: 0, connections: 0 }), {
      timeout: 5_000,
    })
    expect(performance.now() - awaySince).toBeLessThan(4_000)
    lab.proxy.heal()
    const { broken, gaps } = await lab.conclude({ withinMs: 5_000 })
    expect(broken).toEqual([])
    expect(gaps).toBe(0)
  })

  it('F2: what was held on the way comes when the network is back, and nobody had to reconnect', async () => {
    await using lab = await openLab()
    for (const conversationId of conversations) lab.read(lab.client(), conversationId)
    await lab.ready()
    const load = lab.load({ perSecond: 200, conversations })
    await vi.waitFor(() => expect(load.said).toBeGreaterThan(50), { timeout: 5_000 })
    lab.proxy.set('both', { hole: 'hold' })
    const said = load.said
    // What had passed the proxy before may still come.
    await vi.waitFor(() => expect(load.said).toBeGreaterThan(said + 100), { timeout: 5_000 })
    const received = lab.readers.map((reader) => reader.updates)
    await vi.waitFor(() => expect(load.said).toBeGreaterThan(said + 300), { timeout: 5_000 })
    expect(lab.readers.map((reader) => reader.updates)).toEqual(received)
    lab.proxy.heal()
    const { broken, gaps } = await lab.conclude({ withinMs: 5_000 })
    expect(broken).toEqual([])
    expect(gaps).toBe(0)
    expect(lab.proxy.connections).toBe(3)
  })

  it('F2: a client whose connection never answers again finds it by itself in 25 s, while the others read on', async () => {
    await using lab = await openLab()
    const lonely = lab.read(lab.client(), 'c1')
    await vi.waitFor(() => expect(lab.proxy.open.length).toBe(1))
    const [connection] = lab.proxy.open
    const other = lab.read(lab.client(), 'c1')
    await lab.ready()
    lab.load({ perSecond: 50, conversations: ['c1'] })
    await vi.waitFor(() => expect(lonely.updates).toBeGreaterThan(10), { timeout: 5_000 })
    const awaySince = performance.now()
    connection?.set('both', { hole: 'swallow' })
    await vi.waitFor(() => expect(other.updates).toBeGreaterThan(lonely.updates + 20), { timeout: 5_000 })
    await vi.waitFor(() => expect(lab.proxy.connections).toBe(3), { timeout: 25_000, interval: 100 })
    expect(performance.now() - awaySince).toBeLessThan(25_000)
    const { broken, gaps } = await lab.conclude({ withinMs: 5_000 })
    expect(broken).toEqual([])
    expect(gaps).toBe(0)
  })

  it('F3: a client whose server can still hear it, but not be heard, finds it by itself in 25 s', async () => {
    await using lab = await openLab()
    const reader = lab.read(lab.client(), 'c1')
    await lab.ready()
    lab.load({ perSecond: 50, conversations: ['c1'] })
    await vi.waitFor(() => expect(reader.updates).toBeGreaterThan(10), { timeout: 5_000 })
    lab.proxy.open[0]?.set('toClient', { hole: 'swallow' })
    await vi.waitFor(() => expect(lab.proxy.connections).toBe(2), { timeout: 25_000, interval: 100 })
    const { broken, gaps } = await lab.conclude({ withinMs: 5_000 })
    expect(broken).toEqual([])
    expect(gaps).toBe(0)
  })

  it('F3: a server that cannot hear its clients any more lets them go, and they come back where they were', async () => {
    await using lab = await openLab({ telltale })
    for (const conversationId of conversations) {
      lab.read(lab.client(), conversationId)
      lab.readStock(lab.stock(), conversationId)
    }
    await lab.ready()
    const load = lab.load({ perSecond: 200, conversations })
    await vi.waitFor(() => expect(load.said).toBeGreaterThan(50), { timeout: 5_000 })
    for (const connection of lab.proxy.open) connection.set('toServer', { hole: 'swallow' })
    await vi.waitFor(() => expect(lab.proxy.connections).toBe(12), { timeout: 8_000 })
    const { broken, gaps } = await lab.conclude({ withinMs: 5_000 })
    expect(broken).toEqual([])
    expect(gaps).toBe(0)
  })
})
