import { describe, expect, it, vi } from 'vitest'
import { openChangingClient } from './lab/changing-client.ts'
import { openLab } from './lab/lab.ts'

const telltale = { limits: { changesPerMinute: 1_000 } }

describe('F9: categories change in the middle of a stream', () => {
  it('20 changes in both directions, over 40 ms of network, with resets between: nothing lost, nothing twice', async () => {
    await using lab = await openLab({ telltale })
    const changing = openChangingClient(lab)
    const { client, change } = changing
    const reader = lab.read(client, 'c', { categories: ['info'] })
    const witness = lab.readStock(lab.stock(), 'c')
    await lab.ready()
    lab.proxy.set('both', { latencyMs: 20, jitterMs: 20 })
    lab.load({ perSecond: 400, conversations: ['c'] })
    const turns = [
      ['add', ['tool']],
      ['remove', ['info']],
      ['add', ['error', 'progress']],
      ['remove', ['tool', 'error', 'progress']],
      ['add', ['info']],
    ] as const
    for (let turn = 0; turn < 20; turn++) {
      const [how, categories] = turns[turn % turns.length] ?? ['add', ['info']]
      const seen = witness.updates
      await vi.waitFor(() => expect(witness.updates).toBeGreaterThan(seen + 30), { timeout: 5_000 })
      if (turn % 8 === 7) lab.proxy.reset()
      // Nothing is wanted for a moment: that stays so until something is added.
      if (how === 'remove' && turn % 5 === 3) await change(reader, 'add', ['workflow'])
      const { asked } = changing
      const changed = change(reader, how, categories)
      if (turn % 8 === 3) {
        // On its way to the server: both streams are asked for again then.
        await vi.waitFor(() => expect(changing.asked).toBeGreaterThan(asked), { timeout: 5_000, interval: 1 })
        lab.proxy.reset()
      }
      await changed
      if (turn % 5 === 4) await change(reader, 'remove', ['workflow'])
    }
    const { broken, gaps } = await lab.conclude({ withinMs: 3_000 })
    expect(broken).toEqual([])
    expect(gaps).toBe(0)
    expect(reader.steps.filter(({ kind }) => kind === 'filter').length).toBe(28)
    expect(reader.gaps).toEqual([])
  })

  it('while older updates still come (800 of them, 60 kB a second): each of them comes once', async () => {
    await using lab = await openLab({ telltale })
    for (let n = 0; n < 800; n++) lab.say('c', n % 2 ? 'info' : 'tool', `before ${n}`)
    await lab.server.flush()
    const { client, change } = openChangingClient(lab)
    lab.proxy.set('toClient', { sliceBytes: 500, bytesPerSecond: 60_000 })
    const reader = lab.read(client, 'c', { categories: ['info'], from: { last: 400 } })
    await vi.waitFor(() => expect(reader.updates).toBeGreaterThan(0), { timeout: 5_000 })
    expect(reader.updates).toBeLessThan(400)
    await change(reader, 'add', ['tool'])
    const { updates } = reader
    await vi.waitFor(() => expect(reader.updates).toBeGreaterThan(updates), { timeout: 5_000 })
    await change(reader, 'remove', ['info'])
    const { broken, gaps } = await lab.conclude({ withinMs: 8_000 })
    expect(broken).toEqual([])
    expect(gaps).toBe(0)
  })
})
