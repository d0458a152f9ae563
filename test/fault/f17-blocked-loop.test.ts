import { describe, expect, it, vi } from 'vitest'
import { openLabWith } from './lab/lab.ts'
import { startRemoteServer } from './lab/remote-server.ts'

const conversations = ['c1', 'c2', 'c3', 'c4', 'c5']

describe('F17: the server is busy with something else', () => {
  it('after 2 s without a turn of its event loop nobody has been disconnected, and everybody goes on (10 clients)', async () => {
    await using lab = await openLabWith((recorded) => startRemoteServer({}, recorded))
    for (const conversationId of conversations) {
      lab.read(lab.client(), conversationId)
      lab.readStock(lab.stock(), conversationId)
    }
    await lab.ready()
    const load = lab.load({ perSecond: 200, conversations })
    await vi.waitFor(() => expect(load.said).toBeGreaterThan(100), { timeout: 5_000 })
    await lab.server.block(2_000)
    const { broken, gaps } = await lab.conclude({ withinMs: 3_000 })
    expect(broken).toEqual([])
    expect(gaps).toBe(0)
    expect(lab.proxy.connections).toBe(10)
  })
})
