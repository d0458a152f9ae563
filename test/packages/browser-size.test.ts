import { describe, expect, it } from 'vitest'
import { bundleForBrowser } from './bundle.ts'

/**
 * What a browser may be asked to load, in bytes. Measured on 2026-11-21, and a little on top: raise a budget in the change
 * that needs it, and say there what people get for it.
 */
const budgets = {
  /**
   * 22,845 and 20,464; almost half of it is tRPC's client. 4,300 of it are server-sent events, which are there when
   * WebSockets are not, and so when nothing more could be loaded for certain; 3,000 are spans: their fold, the tree, and
   * the server's clock, without which nobody could say that a span is quiet or lost; 900 are presence: who watches, and
   * whether that can be believed while the connection is away; 1,600 are what keeps a stream true: other categories without
   * a loss, tokens that are refreshed before they end, a look around after a sleep, places over a reload; 600 are what the
   * attacks on it asked for: what is no message, refusals that pass, and when a server asks to be left alone.
   */
  client: { gzip: 23_200, brotli: 20_800 },
  /** 23,802 and 21,317, with the client in it and without React and TanStack Query. */
  react: { gzip: 24_200, brotli: 21_700 },
  /** 4,276 and 3,799; 1,600 of it is the fold of spans. */
  wire: { gzip: 4_400, brotli: 3_900 },
}

function expectWithin(bytes: { gzip: number; brotli: number }, budget: { gzip: number; brotli: number }): void {
  expect(bytes.gzip, 'gzip').toBeLessThanOrEqual(budget.gzip)
  expect(bytes.brotli, 'brotli').toBeLessThanOrEqual(budget.brotli)
  // A bundle that shrank to nothing was not measured.
  expect(bytes.brotli, 'brotli').toBeGreaterThan(budget.brotli / 2)
}

describe('what a browser loads', () => {
  it('has of the contract neither zod nor superjson, nor anything else', async () => {
    const { packages, modules, imports, bytes } = await bundleForBrowser('packages/contract/src/wire.ts')
    expect(packages).toEqual([])
    expect(imports).toEqual([])
    expect(modules).toContain('packages/contract/src/status/snapshot.ts')
    expectWithin(bytes, budgets.wire)
  })

  it('has of the client tRPC, and neither zod nor superjson', async () => {
    const { packages, modules, imports, bytes } = await bundleForBrowser('packages/client/src/index.ts')
    expect(packages).toEqual(['@trpc/client', '@trpc/server', 'eventsource-parser'])
    expect(imports).toEqual([])
    expect(modules.filter((id) => /^packages\/(server|cli|react)\//.test(id))).toEqual([])
    expect(modules).toContain('packages/client/src/stream/state.ts')
    expectWithin(bytes, budgets.client)
  })

  it('has of the hooks the client, React and TanStack Query', async () => {
    const external = ['react', 'react/jsx-runtime', '@tanstack/react-query']
    const { packages, imports, bytes } = await bundleForBrowser('packages/react/src/index.ts', external)
    expect(packages).toEqual(['@tanstack/react-query', '@trpc/client', '@trpc/server', 'eventsource-parser', 'react'])
    expect(external).toEqual(expect.arrayContaining([...imports]))
    expectWithin(bytes, budgets.react)
  })

  it('would show zod and superjson if they were there: the whole contract has both', async () => {
    const { packages, bytes } = await bundleForBrowser('packages/contract/src/index.ts')
    expect(packages).toEqual(expect.arrayContaining(['superjson', 'zod']))
    expect(bytes.brotli).toBeGreaterThan(budgets.client.brotli)
  })
})
