import { AxeBuilder } from '@axe-core/playwright'
import { beforeAll, describe, expect, it } from 'vitest'
import { isBrowserExpected } from './chromium.ts'
import { type Demo, openDemo } from './demo.ts'
import { openTab, type Tab } from './tab.ts'

const patience = { timeout: 30_000, interval: 50 }
const wide = { width: 1_280, height: 800 }
const phone = { width: 390, height: 844 }

const looks = [
  ['wide and light', { viewport: wide, colorScheme: 'light' }],
  ['wide and dark', { viewport: wide, colorScheme: 'dark' }],
  ['on a phone, light', { viewport: phone, colorScheme: 'light' }],
  ['on a phone, dark', { viewport: phone, colorScheme: 'dark' }],
] as const

describe.runIf(isBrowserExpected)('the look of the page', () => {
  let demo: Demo
  beforeAll(async () => {
    demo = await openDemo()
    return () => demo[Symbol.asyncDispose]()
  })

  describe.each(looks)('%s', (name, look) => {
    const options = { ...look, reducedMotion: 'reduce' as const }
    const id = name.replaceAll(/\W+/g, '-')

    it('has nothing for axe to find, and fits, before, while and after a document is read', async () => {
      await using tab = await demo.open(`look-${id}`, options)
      await examine(tab)
      if (look.viewport === wide) {
        await tab.page.getByRole('button', { name: 'Phone' }).click()
        // It listens to this machine only here, and says how to let a phone in.
        await tab.page.getByText('HOST=0.0.0.0 npm start').waitFor()
        await examine(tab)
        await tab.page.keyboard.press('Escape')
      }
      await tab.take('article', true)
      await tab.page.locator('[data-step="count"][data-state="succeeded"]').waitFor({ state: 'attached' })
      await examine(tab)
      await expect.poll(tab.state, patience).toBe('succeeded')
      await examine(tab)
      await tab.drop('broken.txt', new Uint8Array())
      await expect.poll(tab.state, patience).toBe('failed')
      await examine(tab)
      if (look.viewport === phone) {
        await tab.page.getByRole('button', { name: 'Live timeline' }).click()
        await examine(tab)
      }
      await tab.page.getByText('Say something yourself').click()
      await examine(tab)
    })

    it('has nothing for axe to find in the overview', async () => {
      await using tab = await demo.open(`over-${id}`, options)
      await tab.page.getByRole('link', { name: 'Overview' }).click()
      await tab.page.getByRole('button', { name: 'Run ten at once' }).click()
      await expect.poll(() => tab.page.locator('[data-conversation]').count(), patience).toBeGreaterThanOrEqual(10)
      await examine(tab)
    })
  })

  // What is told when something goes wrong is in both colours and on both widths, if not in each of the four.
  describe.each([looks[0], looks[3]])('%s, when something goes wrong', (name, look) => {
    const options = { ...look, reducedMotion: 'reduce' as const }
    const id = name.replaceAll(/\W+/g, '-')

    it('has nothing for axe to find while the line is cut, and when it is whole again', async () => {
      await using tab = await demo.open(`cut-${id}`, options)
      if (look.viewport === phone) await tab.page.getByRole('button', { name: 'Live timeline' }).click()
      await tab.page.getByRole('button', { name: 'Cut the connection' }).click()
      await tab.page.getByText('The line is down').waitFor()
      await examine(tab)
      await tab.page.getByText(/^Back:/).waitFor()
      await examine(tab)
    })

    it('has nothing for axe to find while a worker is dead, and when its work is lost', async () => {
      await using tab = await demo.open(`killed-${id}`, options)
      await tab.take('logbook', true)
      if (look.viewport === phone) await tab.page.getByRole('button', { name: 'Live timeline' }).click()
      await tab.page.locator('[data-note="retrying"]').waitFor()
      await tab.page.getByRole('button', { name: 'All parts' }).click()
      await examine(tab)
      if (look.viewport === phone) await tab.page.getByRole('button', { name: 'Conversation' }).click()
      await tab.page.getByRole('button', { name: /^Kill the worker/ }).click()
      await tab.page.locator('[data-note="quiet"]').first().waitFor()
      await examine(tab)
      await tab.page.locator('.now-line[data-state="lost"]').waitFor()
      await examine(tab)
    })

    const showTimeline = async ({ page }: Tab): Promise<void> => {
      if (look.viewport === phone) await page.getByRole('button', { name: 'Live timeline' }).click()
    }

    it('has nothing for axe to find while one is slow', async () => {
      await using tab = await demo.open(`slow-${id}`, options)
      await showTimeline(tab)
      await tab.page.getByRole('button', { name: 'Slow me down' }).click()
      await tab.page.locator('[data-slow="came"]').waitFor()
      // Hundreds of rows are the same to axe, and take it long.
      await examine(tab, '.what-if')
      await tab.page.getByText('The line was slow.').waitFor({ timeout: 60_000 })
      await examine(tab, '.what-if')
    })

    it('has nothing for axe to find while one is revoked, somebody else or nobody', async () => {
      await using tab = await demo.open(`people-${id}`, options)
      const { page } = tab
      await showTimeline(tab)
      await page.getByRole('button', { name: 'Revoke me' }).click()
      await page.getByRole('heading', { name: 'Ada may not see this conversation' }).waitFor()
      await examine(tab)
      await page.getByRole('button', { name: /^You are/ }).click()
      await examine(tab)
      await page.getByRole('button', { name: /^Sign out/ }).click()
      await tab.untilLive()
      await examine(tab)
      await showTimeline(tab)
      await examine(tab)
      await page.goto(`${demo.server.url}/?conversation=${'%20'.repeat(200)}x`)
      await page.getByRole('heading', { name: 'There is no such conversation' }).waitFor()
      await examine(tab)
    })

    it('can be used without a mouse: to become somebody else, to be revoked, to be let in again', async () => {
      await using tab = await demo.open(`keys-${id}`, options)
      const { page } = tab
      await page.getByRole('button', { name: 'You are Ada' }).focus()
      await page.keyboard.press('Enter')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: 'You are Grace' }).waitFor()
      expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('You are Grace')
      await tab.untilLive()
      await showTimeline(tab)
      await page.getByRole('button', { name: 'Revoke me' }).press('Enter')
      await page.getByRole('heading', { name: 'Grace may not see this conversation' }).waitFor()
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      await tab.untilLive()
    })
  })

  it('fits a narrow screen, whatever was said', async () => {
    await using tab = await openTab(demo.browser, `${demo.server.url}/?conversation=${'n'.repeat(64)}`, {
      viewport: phone,
    })
    const name = `${'long-name'.repeat(10)}.md`
    const words = 'w'.repeat(3_000)
    await tab.drop(name, Buffer.from(`# ${words}\n\n[a](http://${'x'.repeat(300)}.example/${words}) ${words}. Two.`))
    await expect.poll(tab.state, patience).toBe('succeeded')
    expect(await overflow(tab)).toEqual([])
    await tab.page.getByRole('button', { name: 'Live timeline' }).click()
    await tab.publish('tool', { Text: 'w'.repeat(400), Tool: 't'.repeat(400), Query: 'q '.repeat(80) })
    await tab.publish('progress', { Text: 'far', Unit: 'u'.repeat(200) })
    await tab.publish('workflow', { 'Steps in all': '-1', Workflow: 'x'.repeat(300) })
    await tab.page.getByRole('alert').waitFor()
    expect(await overflow(tab)).toEqual([])
  })
})

async function examine(tab: Tab, part = 'html'): Promise<void> {
  const { violations } = await new AxeBuilder({ page: tab.page }).include(part).analyze()
  const found = violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html.slice(0, 160)) }))
  expect(found).toEqual([])
  expect(await overflow(tab)).toEqual([])
}

/** What reaches beyond the screen, so that one would have to scroll sideways. */
async function overflow({ page }: Tab): Promise<string[]> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    return scrollWidth > clientWidth ? [`the page, by ${scrollWidth - clientWidth}`] : []
  })
}
