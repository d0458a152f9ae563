import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openLab } from './lab/lab.ts'

/** Gives up on silent clients after 1.5 s instead of 18 s, so that a short sleep is a long one. */
const limits = { pingIntervalMs: 500, deadAfterMs: 1_500 }
const page = new EventTarget()

describe('F35: a tab that slept', () => {
  beforeEach(() => {
    const document = Object.assign(new EventTarget(), { visibilityState: 'visible' })
    vi.stubGlobal('document', document)
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
    vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page))
  })
  afterEach(() => {
    vi.unstubAllGlobals()
  })

  it.each([
    ['not longer than the history', 'replay', 1_000],
    ['longer than the history', 'gap', 50],
  ] as const)('%s: one reconnect in 3 s, and a %s (%i updates are kept)', async (_how, kind, size) => {
    await using lab = await openLab({ telltale: { limits, retention: { size } } })
    const readers = ['c1', 'c2'].map((conversationId) => lab.read(lab.client(), conversationId))
    await lab.ready()
    const load = lab.load({ perSecond: 200, conversations: ['c1', 'c2'] })
    await vi.waitFor(() => expect(load.said).toBeGreaterThan(50), { timeout: 5_000 })
    // The network has forgotten the connections: nothing goes in or out of them ever again.
    for (const connection of lab.proxy.open) connection.set('both', { hole: 'swallow' })
    await vi.waitFor(() => expect(lab.server.telltale.size().connections).toBe(0), { timeout: 5_000 })
    const said = load.said
    await vi.waitFor(() => expect(load.said).toBeGreaterThan(said + 300), { timeout: 5_000 })
    expect(lab.proxy.connections).toBe(2)
    const awakeSince = performance.now()
    document.dispatchEvent(new Event('visibilitychange'))
    await vi.waitFor(() => expect(lab.server.telltale.size().readers).toBe(2), { timeout: 5_000 })
    expect(performance.now() - awakeSince).toBeLessThan(3_000)
    const { broken } = await lab.conclude({ withinMs: 3_000 })
    expect(broken).toEqual([])
    expect(lab.proxy.connections).toBe(4)
    for (const reader of readers) {
      const reasons = reader.gaps.map(({ gap }) => gap.reason)
      expect(reasons).toEqual(kind === 'gap' ? ['expired'] : [])
    }
  })
})
