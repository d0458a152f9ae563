import { describe, expect, it, vi } from 'vitest'
import { openLab } from './lab/lab.ts'

const conversations = ['c1', 'c2', 'c3']

describe('F11: the backplane fails', () => {
  it('what an append throws on was never accepted and is counted; all others go on in order', async () => {
    let appends = 0
    await using lab = await openLab({
      before: (operation, topic) =>
        operation === 'append' && topic === 'status:c1' && ++appends % 5 === 0
          ? Promise.reject(new Error('not now'))
          : undefined,
    })
    for (const conversationId of conversations) {
      lab.read(lab.client(), conversationId)
      lab.readStock(lab.stock(), conversationId, { categories: ['info', 'error'] })
    }
    await lab.ready()
    const load = lab.load({ perSecond: 500, conversations })
    await vi.waitFor(() => expect(load.said).toBeGreaterThan(500), { timeout: 5_000 })
    load.stop()
    await lab.server.flush()
    expect((await lab.server.measure()).failed).toBeGreaterThan(10)
    appends = Number.NEGATIVE_INFINITY
    const { broken, tookMs } = await lab.conclude({ withinMs: 1_000 })
    expect(broken).toEqual([])
    expect(tookMs).toBeLessThan(1_000)
  })

  it('one conversation whose appends hang holds no other, keeps the queue below its limit, and goes on in order', async () => {
    let release: () => void = () => undefined
    const hanging = new Promise<void>((resolve) => {
      release = resolve
    })
    let isHanging = true
    await using lab = await openLab({
      telltale: { limits: { queueLimit: 1_000 } },
      before: (operation, topic) =>
        isHanging && operation === 'append' && topic === 'status:c1' ? hanging : undefined,
    })
    // A server that is closed waits for what hangs.
    await using _unhung = {
      [Symbol.asyncDispose]: async () => {
        isHanging = false
        release()
      },
    }
    const [held, other] = ['c1', 'c2'].map((conversationId) => lab.read(lab.client(), conversationId))
    await lab.ready()
    const flood = (turn: number): void =>
      lab.sayAll(
        Array.from({ length: 100 }, (_, n) => ({ conversationId: 'c1', category: 'info', text: `${turn}.${n}` })),
      )
    for (let turn = 0; turn < 8; turn++) {
      flood(turn)
      lab.say('c2', 'tool', `turn ${turn}`)
      await vi.waitFor(() => expect(other?.updates).toBe(turn + 1))
    }
    for (let turn = 8; turn < 30; turn++) flood(turn)
    await vi.waitFor(() => expect(lab.server.telltale.size().queued).toBe(1_000))
    expect(held?.updates).toBe(0)
    expect((await lab.server.measure()).queuedMax).toBeLessThanOrEqual(1_000)
    isHanging = false
    release()
    const { broken } = await lab.conclude({ withinMs: 1_000 })
    expect(broken).toEqual([])
    expect(held?.gaps.length).toBeGreaterThan(0)
  })
})
