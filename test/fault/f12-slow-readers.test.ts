import { describe, expect, it, vi } from 'vitest'
import { openLabWith } from './lab/lab.ts'
import type { Saying } from './lab/lab-server.ts'
import { startRemoteServer } from './lab/remote-server.ts'

const pad = 'x'.repeat(4_000)

describe('F12: slow readers', () => {
  it('two of six stop reading: the others notice nothing, and the two are told what they missed (50 MB of updates after half as much without them, 2 MB kept for those who lag)', async () => {
    await using lab = await openLabWith((recorded) =>
      startRemoteServer({ telltale: { limits: { lagMaxBytes: 2_000_000 }, retention: { size: 200 } } }, recorded),
    )
    const slow: ReturnType<typeof lab.read>[] = []
    for (let n = 0; n < 2; n++) {
      slow.push(lab.read(lab.client(), 'c'))
      await vi.waitFor(() => expect(lab.proxy.open.length).toBe(n + 1))
    }
    const healthy = Array.from({ length: 4 }, () => lab.read(lab.client(), 'c'))
    await lab.ready()
    let said = 0
    const speak = async (turns: number): Promise<void> => {
      for (let turn = 0; turn < turns; turn++) {
        const updates = Array.from({ length: 250 }, (): Saying => {
          const n = said++
          const key = n % 8 === 0 ? { key: `k${n % 3}` } : {}
          return {
            conversationId: 'c',
            category: n % 8 === 0 ? 'progress' : 'info',
            text: `${n}`,
            metadata: { pad },
            ...key,
          }
        })
        lab.sayAll(updates)
        await vi.waitFor(() => expect(Math.min(...healthy.map((one) => one.updates))).toBe(said), { timeout: 10_000 })
      }
    }
    await speak(24)
    const before = await lab.server.measureCollected()
    const open = lab.proxy.open.slice(0, 2)
    for (const connection of open) connection.set('toClient', { hole: 'hold' })
    // A system takes up to 36 MB for one connection before anybody has to wait.
    await speak(48)
    const after = await lab.server.measureCollected()
    // 1 MiB of each socket, and 2 MB of the window for those who lag, in copies on their way.
    expect(after.heapUsed - before.heapUsed).toBeLessThan(8_000_000)
    expect(after.rss - before.rss).toBeLessThan(40_000_000)
    expect(Math.max(...slow.map((one) => one.updates))).toBeLessThan(said)
    for (const connection of open) connection.set('toClient', { hole: 'none' })
    const { broken } = await lab.conclude({ withinMs: 15_000 })
    expect(broken).toEqual([])
    for (const one of healthy) expect(one.gaps).toEqual([])
    for (const one of slow) expect(one.gaps.map(({ gap }) => gap.reason)).toContain('slow')
    expect(lab.proxy.connections).toBe(6)
  })
})
