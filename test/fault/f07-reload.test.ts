import { parsePosition } from '@telltale/contract'
import { describe, expect, it, vi } from 'vitest'
import { openLab } from './lab/lab.ts'

describe('F7: the page is loaded again', () => {
  it('a new client that begins at the kept position gets what the old one had not, and nothing twice', async () => {
    await using lab = await openLab()
    const old = lab.client()
    const before = lab.read(old, 'c')
    await lab.ready()
    const load = lab.load({ perSecond: 500, conversations: ['c'] })
    await vi.waitFor(() => expect(before.updates).toBeGreaterThan(200), { timeout: 5_000 })
    // As a page does when it is hidden: what it shows is what it keeps.
    const { position, updates } = before.stream.store.getSnapshot()
    await old.close()
    const kept = updates.at(-1)
    const said = load.said
    await vi.waitFor(() => expect(load.said).toBeGreaterThan(said + 200), { timeout: 5_000 })
    const place = position === null ? null : parsePosition(position)
    const after = lab.read(lab.client(), 'c', { from: { after: position ?? '' }, begin: place })
    // The old page is gone, and what it missed is not its any more.
    before.facts.revokedAtMs = performance.now()
    const { broken } = await lab.conclude({ withinMs: 2_000 })
    expect(broken).toEqual([])
    expect(after.gaps).toEqual([])
    const first = after.steps.find((step) => step.kind === 'update')
    expect(first?.update.offset).toBe((kept?.offset ?? 0) + 1)
  })

  it('a client that keeps its places goes on there by itself, with the state that stood there', async () => {
    await using lab = await openLab()
    const kept = new Map<string, string>()
    const places = {
      get: (name: string) => kept.get(name) ?? null,
      set: (name: string, place: string) => void kept.set(name, place),
    }
    const old = lab.client({ places })
    const before = lab.read(old, 'c')
    await lab.ready()
    const load = lab.load({ perSecond: 500, conversations: ['c'] })
    await vi.waitFor(() => expect(before.updates).toBeGreaterThan(200), { timeout: 5_000 })
    await old.close()
    before.facts.revokedAtMs = performance.now()
    const last = before.steps.findLast((step) => step.kind === 'update')
    const { said } = load
    await vi.waitFor(() => expect(load.said).toBeGreaterThan(said + 200), { timeout: 5_000 })
    const after = lab.read(lab.client({ places }), 'c', { begin: null })
    const { broken } = await lab.conclude({ withinMs: 2_000 })
    expect(broken).toEqual([])
    expect(after.gaps).toEqual([])
    const first = after.steps.find((step) => step.kind === 'update')
    expect(first?.update.offset).toBe((last?.update.offset ?? 0) + 1)
  })
})
