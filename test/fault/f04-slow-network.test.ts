import { describe, expect, it, vi } from 'vitest'
import { openLab } from './lab/lab.ts'

const conversations = ['c1', 'c2']

describe('F4: a slow network', () => {
  it('300 ± 200 ms, byte by byte, 256 kbit/s: everything comes, and nobody reconnects (4 clients, 40 updates a second)', async () => {
    await using lab = await openLab()
    lab.proxy.set('both', { latencyMs: 100, jitterMs: 400, sliceBytes: 1, bytesPerSecond: 32_000 })
    for (const conversationId of conversations) {
      lab.read(lab.client(), conversationId)
      lab.readStock(lab.stock(), conversationId, { categories: ['tool'] })
    }
    await lab.ready()
    const load = lab.load({ perSecond: 40, conversations })
    await vi.waitFor(() => expect(load.said).toBeGreaterThan(120), { timeout: 10_000 })
    const { broken, gaps } = await lab.conclude()
    expect(broken).toEqual([])
    expect(gaps).toBe(0)
    expect(lab.proxy.connections).toBe(4)
  })
})
