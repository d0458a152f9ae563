import { expect, it } from 'vitest'
import { isBrowserExpected } from './chromium.ts'
import { openDemo } from './demo.ts'

const patience = { timeout: 60_000, interval: 50 }

it.runIf(isBrowserExpected)(
  'a token is refreshed on the open connection before it ends, and nobody notices',
  async () => {
    await using demo = await openDemo('production', { TOKEN_SECONDS: '5' })
    await using tab = await demo.open('refreshed')
    await tab.publish('info', { Text: 'with the first token' })
    // The first ended long ago.
    await expect.poll(() => tab.traffic.refreshes, patience).toBeGreaterThanOrEqual(3)
    await tab.publish('info', { Text: 'with a later one' })
    await expect.poll(async () => (await tab.rows())[0], patience).toContain('with a later one')
    expect(await tab.offsets()).toEqual([2, 1])
    expect([await tab.reading('connection'), await tab.reading('missed')]).toEqual(['open', '0'])
    expect(tab.traffic.sockets).toBe(1)
    expect(tab.traffic.subscriptions).toBe(3)
    expect(tab.faults).toEqual([])
  },
)
