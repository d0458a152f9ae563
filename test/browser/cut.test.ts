import { beforeAll, describe, expect, it } from 'vitest'
import { openRefusingProxy } from '../support/refusing-proxy.ts'
import { isBrowserExpected } from './chromium.ts'
import { type Demo, openDemo } from './demo.ts'
import { openTab, type Tab } from './tab.ts'

const patience = { timeout: 30_000, interval: 20 }

describe.runIf(isBrowserExpected)('a line that is cut', () => {
  let demo: Demo
  beforeAll(async () => {
    demo = await openDemo()
    return () => demo[Symbol.asyncDispose]()
  })

  /** Cuts the line by the page's own button while a document is read, and looks at what the page makes of it. */
  async function cutWhileReading(tab: Tab, conversationId: string): Promise<void> {
    await tab.take('essay', true)
    await tab.page.locator('[data-step="language"][data-state="succeeded"]').waitFor()
    await tab.page.getByRole('button', { name: 'Cut the connection' }).click()
    await tab.page.getByText('The line is down. The work goes on at the server, unheard.').waitFor()
    expect(await tab.reading('connection')).toBe('connecting')
    expect(await tab.reading('integrity')).toBe('catching-up')
    await tab.page.getByText(/^Caught up: \d+ updates came while you were away, none is missing\.$/).waitFor(patience)
    await tab.untilLive()
    await expect.poll(tab.state, patience).toBe('succeeded')
    expect(await tab.reading('missed')).toBe('0')
    await using client = demo.client()
    const { updates } = await client.history({ conversationId, limit: 200 })
    await expect.poll(tab.offsets, patience).toEqual(updates.map(({ offset }) => offset).toReversed())
    expect(await tab.page.locator('[data-offset][data-late]').count()).toBeGreaterThan(0)
  }

  it('is caught up with: the page shows what came meanwhile, and that nothing is missing', async () => {
    await using tab = await demo.open('cut')
    expect(await tab.page.locator('.connection-pill').textContent()).toContain('WebSocket')
    await cutWhileReading(tab, 'cut')
  })

  it('is caught up with over server-sent events too, where a proxy refuses WebSockets', async () => {
    await using proxy = await openRefusingProxy(demo.server.port)
    await using tab = await openTab(demo.browser, `http://localhost:${proxy.port}/?conversation=blocked`)
    expect(await tab.page.locator('.connection-pill').textContent()).toContain('Server-sent events')
    await cutWhileReading(tab, 'blocked')
    // One stream for the whole page: a browser would allow six, and leave none for anything else.
    expect(proxy.streams.open).toBe(1)
    // What a proxy answers to a WebSocket is an error to the browser, which says so itself.
    expect(tab.faults.filter((fault) => !/WebSocket connection to|Failed to load resource/.test(fault))).toEqual([])
  })

  it('lets the overview of many conversations go on over server-sent events', async () => {
    await using proxy = await openRefusingProxy(demo.server.port)
    await using tab = await openTab(demo.browser, `http://localhost:${proxy.port}/?conversation=start`)
    await tab.page.getByRole('link', { name: 'Overview' }).click()
    await tab.page.getByRole('button', { name: 'Run ten at once' }).click()
    const ended = tab.page.locator('[data-conversation]:is([data-state="succeeded"], [data-state="failed"])')
    await expect.poll(() => ended.count(), { timeout: 60_000, interval: 50 }).toBeGreaterThanOrEqual(10)
    expect(proxy.streams.open).toBe(1)
  })
})
