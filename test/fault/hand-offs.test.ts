import { type BackplaneFactory, memoryBackplane } from '@telltale/server'
import { describe, expect, it, vi } from 'vitest'
import { openLabWith } from './lab/lab.ts'
import { startLocalServer } from './lab/local-server.ts'
import { startRolling } from './lab/rolling.ts'

/** One memory for all servers, which outlives each of them. */
function shared(): BackplaneFactory {
  let memory: object | null = null
  return (host) => {
    memory ??= memoryBackplane()(host)
    return { ...memory, dispose: () => undefined } as never
  }
}

describe('graceful hand-offs', () => {
  it('12 of them under load: no double and no gap, for stock clients and for ours (6 clients, 300 updates a second)', async () => {
    const backplane = shared()
    await using lab = await openLabWith((recorded) =>
      startRolling(() => startLocalServer({ backplane, recorded, drainMs: 5_000 })),
    )
    const conversations = ['c1', 'c2', 'c3']
    for (const conversationId of conversations) {
      lab.read(lab.client(), conversationId)
      lab.readStock(lab.stock(), conversationId)
    }
    await lab.ready()
    const load = lab.load({ perSecond: 300, conversations })
    for (let turn = 1; turn <= 12; turn++) {
      await vi.waitFor(() => expect(load.said).toBeGreaterThan(turn * 30), { timeout: 5_000 })
      const old = await lab.server.next()
      lab.proxy.retarget(lab.server.port)
      await old.close()
      await vi.waitFor(() => expect(lab.server.current.telltale.size()).toMatchObject({ connections: 6, readers: 6 }), {
        timeout: 5_000,
      })
    }
    const { broken, tallies } = await lab.conclude({ withinMs: 3_000 })
    expect(broken).toEqual([])
    for (const { facts } of lab.readers) expect(tallies.get(facts.name)).toMatchObject({ covered: 0, gaps: 0 })
    expect(lab.proxy.connections).toBe(6 * 13)
  })
})
