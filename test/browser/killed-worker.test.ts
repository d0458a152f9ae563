import { isSpanEnd } from '@telltale/client'
import { beforeAll, describe, expect, it } from 'vitest'
import { isBrowserExpected } from './chromium.ts'
import { type Demo, openDemo } from './demo.ts'
import type { Tab } from './tab.ts'

const patience = { timeout: 30_000, interval: 20 }
const open = ':is([data-state="running"], [data-state="waiting"], [data-state="retrying"])'

describe.runIf(isBrowserExpected)('a worker that is killed in the middle of a document', () => {
  let demo: Demo
  beforeAll(async () => {
    demo = await openDemo()
    return () => demo[Symbol.asyncDispose]()
  })

  const title = (tab: Tab) => tab.page.locator('#now-line-title').textContent()
  /** Whether anything on the page still says, or seems to say, that something is going on. */
  const isStill = async ({ page }: Tab): Promise<boolean> =>
    (await page.locator(`.state-mark${open}:not(.update-span *)`).count()) === 0 &&
    (await page.locator(`.span-row${open}, .conversation-card${open}, .now-line${open}`).count()) === 0 &&
    (await page.locator('.ribbon[data-moving="true"]').count()) === 0

  it('is quiet, then lost, once, for everybody; the document beside it goes on', async () => {
    await using tab = await demo.open('killed')
    const { page } = tab
    await tab.take('essay', true)
    await page.locator('[data-step="language"][data-state="succeeded"]').waitFor()
    await tab.drop('beside.txt', Buffer.from('It goes on. It does not know.'))
    await expect.poll(() => page.locator('[data-analysis]').count(), patience).toBe(2)
    await page.getByRole('button', { name: 'Kill the worker of the-status-that-lied.pdf' }).click()

    // Nobody says anything: the page sees by itself that nothing comes.
    await page.locator('.span-tree [data-note="quiet"]').first().waitFor(patience)
    expect(await title(tab)).toMatch(/^Quiet for \d+ s$/)
    expect(await page.locator('.ribbon').getAttribute('data-moving')).toBe('false')
    await using client = demo.client()
    const logged = async () => (await client.history({ conversationId: 'killed', limit: 200 })).updates
    expect((await logged()).filter(({ span }) => span?.state === 'lost')).toEqual([])

    await page.locator('.now-line[data-state="lost"]').waitFor(patience)
    expect(await title(tab)).toBe('Lost')
    expect(await page.locator('.span-tree').textContent()).toContain('its producer was silent for 8 s')
    const killed = page.locator('[data-analysis]').first()
    await killed.locator('[data-code="WORKER_DIED"]').waitFor(patience)
    await expect.poll(tab.state, patience).toBe('succeeded')
    await expect.poll(() => isStill(tab), patience).toBe(true)

    const updates = await logged()
    const ends = updates.filter(({ span }) => span && isSpanEnd(span.state))
    const begun = new Set(updates.flatMap(({ span }) => (span ? [span.id] : [])))
    // Each span that began has ended, and none of them twice.
    expect(new Set(ends.map(({ span }) => span?.id))).toEqual(begun)
    expect(ends).toHaveLength(begun.size)
    const lost = ends.filter(({ span }) => span?.state === 'lost')
    expect(lost.map(({ span }) => span?.name)).toContain('Analyse the-status-that-lied.pdf')
    const beside = ends.filter(({ span }) => span?.name === 'Analyse beside.txt')
    expect(beside.map(({ span }) => span?.state)).toEqual(['succeeded'])

    await using other = await tab.second()
    await other.page.getByRole('button', { name: 'Steps of the-status-that-lied.pdf' }).click()
    await expect.poll(() => title(other), patience).toBe('Lost')
    expect(await other.steps()).toEqual(await tab.steps())
    expect(await other.rows()).toEqual(await tab.rows())
    expect(await isStill(other)).toBe(true)
    expect(tab.faults).toEqual([])
  })

  it('is told in the overview as it is', async () => {
    await using tab = await demo.open('watched')
    const { page } = tab
    await tab.take('essay', true)
    await page.locator('[data-step="parse"][data-state="succeeded"]').waitFor()
    await page.getByRole('button', { name: /^Kill the worker/ }).click()
    await page.getByRole('link', { name: 'Overview' }).click()
    const card = page.locator('[data-conversation="watched"]')
    await card.getByText(/quiet for \d+ s/).waitFor(patience)
    await card.and(page.locator('[data-state="lost"]')).waitFor(patience)
    await page.getByText(/in all, 0 at work/).waitFor(patience)
    expect(await isStill(tab)).toBe(true)
    expect(tab.faults).toEqual([])
  })
})
