import { systemClock } from '@telltale/server'
import { describe, expect, it, vi } from 'vitest'
import { openLab } from './lab/lab.ts'

const dayMs = 86_400_000

describe('F34: the clock of a client is wrong', () => {
  it('by a day, either way: nothing changes, and the server’s time is still told', async () => {
    await using lab = await openLab()
    const offsets = [dayMs, -dayMs]
    const readers = offsets.map((offsetMs) =>
      lab.read(lab.client({ clock: { ...systemClock, now: () => systemClock.now() + offsetMs } }), 'c'),
    )
    await lab.ready()
    const load = lab.load({ perSecond: 200, conversations: ['c'] })
    await vi.waitFor(() => expect(load.said).toBeGreaterThan(50), { timeout: 5_000 })
    const told = readers.map(({ stream }) => stream.clock.getSnapshot() ?? 0)
    for (const time of told) expect(Math.abs(time - Date.now())).toBeLessThan(2_500)
    lab.proxy.reset()
    await vi.waitFor(() => expect(lab.proxy.connections).toBe(4), { timeout: 5_000 })
    const { broken, gaps } = await lab.conclude({ withinMs: 3_000 })
    expect(broken).toEqual([])
    expect(gaps).toBe(0)
    expect(lab.proxy.connections).toBe(4)
  })
})
