import { describe, expect, it, vi } from 'vitest'
import { openLab } from './lab/lab.ts'

const conversations = ['c1', 'c2', 'c3']

describe('F1: clients are reset', () => {
  it('everybody resumes where they were: nothing twice, nothing lost (6 clients, 3 conversations, 200 updates a second)', async () => {
    await using lab = await openLab()
    for (const conversationId of conversations) {
      lab.read(lab.client(), conversationId)
      lab.readStock(lab.stock(), conversationId, { categories: ['tool', 'error'] })
    }
    await lab.ready()
    const load = lab.load({ perSecond: 200, conversations })
    for (const turn of [1, 2, 3, 4]) {
      await vi.waitFor(() => expect(load.said).toBeGreaterThan(turn * 100), { timeout: 5_000 })
      lab.proxy.reset()
      await vi.waitFor(() => expect(lab.proxy.connections).toBe(6 + turn * 6), { timeout: 5_000 })
    }
    const { broken, gaps, tookMs } = await lab.conclude({ withinMs: 2_000 })
    expect(broken).toEqual([])
    expect(gaps).toBe(0)
    expect(tookMs).toBeLessThan(2_000)
    expect(lab.proxy.connections).toBe(30)
  })
})
