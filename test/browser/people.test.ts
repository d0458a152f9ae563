import { beforeAll, describe, expect, it } from 'vitest'
import { isBrowserExpected } from './chromium.ts'
import { type Demo, openDemo } from './demo.ts'
import { openTab, type Tab } from './tab.ts'

const patience = { timeout: 30_000, interval: 20 }

describe.runIf(isBrowserExpected)('two people', () => {
  let demo: Demo
  beforeAll(async () => {
    demo = await openDemo()
    return () => demo[Symbol.asyncDispose]()
  })

  const openAs = (person: string, conversationId: string): Promise<Tab> =>
    openTab(demo.browser, `${demo.server.url}/?conversation=${conversationId}&as=${person}`)
  /** Who is said to watch, in the words of the page. */
  const watchers = ({ page }: Tab): Promise<string[]> =>
    page.locator('[data-watcher] > :last-child').evaluateAll((all) => all.map(({ textContent }) => textContent ?? ''))
  const become = async ({ page }: Tab, name: string | RegExp): Promise<void> => {
    await page.getByRole('button', { name: /^You are/ }).click()
    await page.getByRole('group', { name: 'Who you are on this tab' }).getByRole('button', { name }).click()
  }

  it('see each other come and go, each with all tabs, and who they are themselves', async () => {
    await using ada = await demo.open('seen')
    await expect.poll(() => watchers(ada), patience).toEqual(['Ada (you)'])
    await using grace = await openAs('grace', 'seen')
    for (const tab of [ada, grace]) expect(new URL(tab.page.url()).search).toBe('?conversation=seen')
    await expect.poll(() => watchers(ada), patience).toEqual(['Ada (you)', 'Grace'])
    await expect.poll(() => watchers(grace), patience).toEqual(['Ada', 'Grace (you)'])
    const second = await ada.second()
    await expect.poll(() => watchers(second), patience).toEqual(['Ada (you, 2 tabs)', 'Grace'])
    await expect.poll(() => watchers(grace), patience).toEqual(['Ada (2 tabs)', 'Grace (you)'])
    await second[Symbol.asyncDispose]()
    await expect.poll(() => watchers(grace), patience).toEqual(['Ada', 'Grace (you)'])
    expect([...ada.faults, ...grace.faults]).toEqual([])
  })

  it('can be in two tabs of one browser, and stay who they are when a tab is loaded again', async () => {
    await using ada = await demo.open('side-by-side')
    const opened = ada.page.context().waitForEvent('page')
    await ada.page.getByRole('link', { name: 'Open as Grace' }).click()
    const grace = await opened
    await grace.getByRole('button', { name: 'You are Grace' }).waitFor()
    await grace.reload()
    await grace.getByRole('button', { name: 'You are Grace' }).waitFor()
    await expect.poll(() => watchers(ada), patience).toEqual(['Ada (you)', 'Grace'])
    expect(ada.faults).toEqual([])
  })

  it('can change on one tab, and a guest only watches', async () => {
    await using tab = await demo.open('changing')
    await using other = await openAs('grace', 'changing')
    await tab.publish('info', { Text: 'as Ada' })
    await become(tab, 'Grace')
    await tab.untilLive()
    await expect.poll(() => watchers(other), patience).toEqual(['Grace (you, 2 tabs)'])
    await tab.publish('info', { Text: 'as Grace' })
    await expect.poll(async () => (await tab.rows()).length, patience).toBe(2)
    await become(tab, /^Sign out/)
    await tab.untilLive()
    await expect.poll(() => watchers(tab), patience).toEqual(['Grace', 'Guest (you)'])
    await tab.page.getByText('You watch as a guest.').waitFor()
    expect(await tab.page.getByRole('form').count()).toBe(0)
    await other.publish('info', { Text: 'for guests too' })
    await expect.poll(async () => (await tab.rows())[0], patience).toContain('for guests too')
    expect([...tab.faults, ...other.faults]).toEqual([])
  })

  it('are dimmed, with the time, while the line is cut, and told anew when it is whole', async () => {
    await using ada = await demo.open('dimmed')
    await using grace = await openAs('grace', 'dimmed')
    await expect.poll(() => watchers(ada), patience).toEqual(['Ada (you)', 'Grace'])
    await ada.page.getByRole('button', { name: 'Cut me off' }).click()
    await ada.page.locator('.presence-row[data-live="false"]').waitFor()
    expect(await ada.page.locator('.presence-note').textContent()).toMatch(/^as of \d\d:\d\d$/)
    // She is seen to be away, and sees nothing of what goes on.
    await expect.poll(() => watchers(grace), patience).toEqual(['Grace (you)'])
    expect(await watchers(ada)).toEqual(['Ada (you)', 'Grace'])
    await grace[Symbol.asyncDispose]()
    await ada.page.locator('.presence-row[data-live="true"]').waitFor()
    await expect.poll(() => watchers(ada), patience).toEqual(['Ada (you)'])
  })

  it('are told apart when one is revoked: the one sees nothing more, the other goes on', async () => {
    await using ada = await demo.open('revoked')
    await using second = await ada.second()
    await using grace = await openAs('grace', 'revoked')
    await ada.publish('info', { Text: 'said before' })
    await expect.poll(async () => (await grace.rows()).length, patience).toBe(1)
    await ada.page.getByRole('button', { name: 'Revoke me' }).click()
    for (const { page } of [ada, second]) {
      await page.getByRole('heading', { name: 'Ada may not see this conversation' }).waitFor()
      expect(await page.locator('body').textContent()).not.toContain('said before')
    }
    await expect.poll(() => watchers(grace), patience).toEqual(['Grace (you)'])
    await grace.publish('info', { Text: 'said meanwhile' })
    await expect.poll(async () => (await grace.rows())[0], patience).toContain('said meanwhile')
    // What is left of the page lives: the overview comes over the same connection.
    await ada.page.getByRole('link', { name: 'Overview' }).click()
    await ada.page.getByRole('heading', { name: 'All conversations' }).waitFor()
    expect(await ada.page.locator('.connection-pill').getAttribute('data-connection')).toBe('open')
    await ada.page.goBack()
    await ada.page.reload()
    await ada.page.getByRole('heading', { name: 'Ada may not see this conversation' }).waitFor()
    expect(ada.traffic.received + second.traffic.received).not.toContain('said meanwhile')

    await ada.page.getByRole('button', { name: 'Let me in again' }).click()
    await ada.untilLive()
    await expect.poll(ada.rows, patience).toEqual(await grace.rows())
    await expect.poll(() => watchers(grace), patience).toEqual(['Ada', 'Grace (you)'])
    // The other tab has to ask for itself: nobody told it.
    await second.page.getByRole('button', { name: 'Let me in again' }).click()
    await second.untilLive()
    await expect.poll(() => watchers(grace), patience).toEqual(['Ada (2 tabs)', 'Grace (you)'])
  })

  it('are told apart when one is slow: the one is told what it missed, the other hears everything', async () => {
    await using ada = await demo.open('slow')
    await using grace = await openAs('grace', 'slow')
    await ada.publish('info', { Text: 'said before' })
    await expect.poll(async () => (await grace.rows()).length, patience).toBe(1)
    await ada.page.getByRole('button', { name: 'Slow me down' }).click()
    await ada.page.getByRole('button', { name: 'This tab is slow' }).waitFor()
    await ada.page.getByText('The line was slow.').waitFor({ timeout: 60_000 })
    const counted = async (name: string): Promise<number> => {
      const text = await ada.page.locator(`[data-slow="${name}"] dd`).textContent()
      return Number(text?.replaceAll(',', ''))
    }
    const [came, replaced, missed] = [await counted('came'), await counted('replaced'), await counted('missed')]
    expect(replaced).toBeGreaterThan(0)
    expect(missed).toBeGreaterThan(1_000)
    await expect.poll(() => grace.reading('position'), patience).toBe(String(1 + came + replaced + missed))
    expect(await grace.reading('missed')).toBe('0')
    expect((await grace.rows())[0]).toContain('that was all')
    await expect.poll(() => ada.reading('missed'), patience).toBe(String(missed))
    expect((await ada.rows()).join()).toContain(`${missed} updates missed: this page was too slow`)
    // Repaired: it goes on as any other.
    expect(await ada.reading('integrity')).toBe('live')
    await grace.publish('info', { Text: 'said after' })
    await expect.poll(async () => (await ada.rows())[0], patience).toContain('said after')
    expect([...ada.faults, ...grace.faults]).toEqual([])
  })
})
