import { beforeAll, describe, expect, it } from 'vitest'
import { categories } from '../../apps/demo/web/categories.ts'
import { isBrowserExpected } from './chromium.ts'
import { type Demo, openDemo } from './demo.ts'

const patience = { timeout: 30_000, interval: 20 }

describe.runIf(isBrowserExpected)('the categories of a timeline', () => {
  let demo: Demo
  beforeAll(async () => {
    demo = await openDemo()
    return () => demo[Symbol.asyncDispose]()
  })

  it('can be switched while updates flow: nothing is lost and nothing doubled, by the log of the server', async () => {
    await using tab = await demo.open('flow')
    await using client = demo.client()
    // Every state of the list that is ever shown is looked at, in the page itself.
    await tab.page.evaluate(() => {
      const list = document.querySelector('.feed-list')
      const seen = { looks: 0, faults: [] as string[] }
      Object.assign(window, { seen })
      if (!list) return
      new MutationObserver(() => {
        const shown = [...list.querySelectorAll('[data-offset]')].map((row) => Number(row.getAttribute('data-offset')))
        seen.looks++
        if (new Set(shown).size !== shown.length) seen.faults.push(`doubled: ${shown.join()}`)
        if (shown.some((offset, place) => place > 0 && offset > (shown[place - 1] ?? 0)))
          seen.faults.push(`order: ${shown.join()}`)
        if (shown.length === 0) seen.faults.push('empty')
      }).observe(list, { childList: true })
    })
    let isFlowing = true
    let said = 0
    const flow = (async () => {
      while (isFlowing) {
        const updates = categories.map((category) => ({
          conversationId: 'flow',
          category,
          text: `${category} ${said}`,
        }))
        await client.publishMany(updates)
        said += updates.length
        // In step with the page's own pictures, so that every one of them has something new.
        await tab.page.evaluate(() => new Promise(requestAnimationFrame))
      }
    })()
    await expect.poll(async () => (await tab.offsets()).length, patience).toBeGreaterThan(20)
    for (const category of categories.flatMap((name) => [name, name])) {
      await tab.toggle(category)
      await tab.untilLive()
      const isOn =
        (await tab.page
          .locator(`.category-toggles button[data-category="${category}"]`)
          .getAttribute('aria-pressed')) === 'true'
      // Until the new list is whole the page keeps the old one.
      const isShown = async (): Promise<boolean> => new RegExp(`\\b${category} \\d`).test((await tab.rows()).join('\n'))
      await expect.poll(isShown, { ...patience, message: `${category} ${isOn}` }).toBe(isOn)
    }
    const saidWhileSwitching = said
    isFlowing = false
    await flow
    expect(saidWhileSwitching).toBeGreaterThan(200)
    const { updates } = await client.history({ conversationId: 'flow', limit: 200 })
    const logged = updates.map(({ offset }) => offset).toReversed()
    await expect.poll(async () => (await tab.offsets()).slice(0, logged.length), patience).toEqual(logged)
    await tab.toggle('tool')
    const without = updates.filter(({ category }) => category !== 'tool').map(({ offset }) => offset)
    await expect
      .poll(async () => (await tab.offsets()).slice(0, without.length), patience)
      .toEqual(without.toReversed())
    const seen = await tab.page.evaluate(
      () => (window as unknown as { seen: { looks: number; faults: string[] } }).seen,
    )
    expect(seen.looks).toBeGreaterThan(10)
    expect(seen.faults).toEqual([])
    expect(await tab.reading('missed')).toBe('0')
  })

  it('that are off are not sent at all, and are there again when they are on', async () => {
    await using tab = await demo.open('off')
    await using other = await tab.second()
    await tab.toggle('tool')
    // The work's own stream never asked for tools, so nobody on this page does any more.
    await expect.poll(() => tab.traffic.stops, patience).toBe(1)
    await other.publish('tool', { Text: 'not for everyone' })
    await other.publish('info', { Text: 'for everyone' })
    await expect.poll(async () => (await tab.rows()).join(), patience).toContain('for everyone')
    expect((await tab.rows()).join()).not.toContain('not for')
    expect(tab.traffic.received).not.toContain('not for everyone')
    await tab.toggle('tool')
    await expect.poll(async () => (await tab.rows()).length, patience).toBe(2)
    expect((await tab.rows())[1]).toContain('not for everyone')
  })

  it('cannot all be switched off', async () => {
    await using tab = await demo.open('last-switch')
    for (const name of ['engine', 'tool', 'workflow', 'progress', 'info']) await tab.toggle(name)
    const last = tab.page.locator('.category-toggles button[data-category="error"]')
    expect(await last.getAttribute('aria-disabled')).toBe('true')
    await last.click({ force: true })
    expect(await last.getAttribute('aria-pressed')).toBe('true')
  })
})
