import { once } from 'node:events'
import { describe, expect, it, vi } from 'vitest'
import { seededRandom } from '../../packages/server/src/testing/seeded-random.ts'
import { openChaosProxy } from '../support/chaos-proxy.ts'
import { openCrowd } from './lab/crowd.ts'
import { startRemoteServer } from './lab/remote-server.ts'

const perCrowd = 250
const conversations = Array.from({ length: 20 }, (_, index) => `c${index}`)
const patience = { timeout: 60_000, interval: 200 }

describe('500 clients after their server was killed and started again', () => {
  it('are all back, spread over at least 3 s, and none hammers', async () => {
    const ignore = (): void => undefined
    const first = await startRemoteServer({}, ignore)
    const proxy = await openChaosProxy(first.port, seededRandom(1))
    await using left = openCrowd({ url: proxy.url, count: perCrowd, conversations })
    await using right = openCrowd({ url: proxy.url, count: perCrowd, conversations })
    const report = async () => (await Promise.all([left.report(), right.report()])).flat()
    await vi.waitFor(
      async () => expect((await report()).filter(({ epoch }) => epoch !== '').length).toBe(500),
      patience,
    )
    const before = await report()
    expect((await first.measure()).size.readers).toBe(500)
    const killedAt = Date.now()
    const exited = once(first.process, 'exit')
    first.process.kill('SIGKILL')
    await exited
    // As long as a restart may well take: by then most have tried more than once.
    await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(killedAt + 3_000), { timeout: 5_000 })
    const second = await startRemoteServer({ port: first.port }, ignore)
    const isBack = (member: (typeof before)[number], index: number): boolean => member.epoch !== before[index]?.epoch
    await vi.waitFor(async () => expect((await report()).filter(isBack).length).toBe(500), patience)
    expect((await second.measure()).size).toMatchObject({ readers: 500, connections: 500 })
    const after = await report()
    const times = after.map(({ since }) => since).sort((a, b) => a - b)
    const spreadMs = (times.at(-1) ?? 0) - (times[0] ?? 0)
    const tries = after.map(({ connects }, index) => connects - (before[index]?.connects ?? 0))
    console.table({
      backAfterMs: (times.at(-1) ?? 0) - killedAt,
      spreadMs,
      triesMost: Math.max(...tries),
      triesAll: tries.reduce((sum, count) => sum + count, 0),
    })
    expect(spreadMs).toBeGreaterThanOrEqual(3_000)
    // Full jitter from half a second, doubling: about 5 tries in the 3 s of the outage, and seldom twice as many.
    expect(Math.max(...tries)).toBeLessThanOrEqual(14)
    expect(tries.reduce((sum, count) => sum + count, 0) / 500).toBeLessThan(7)
    await proxy.close()
    await second.close()
  }, 150_000)
})
