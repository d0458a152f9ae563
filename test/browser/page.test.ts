import { beforeAll, describe, expect, it } from 'vitest'
import { isBrowserExpected } from './chromium.ts'
import { type Demo, openDemo } from './demo.ts'

const patience = { timeout: 20_000, interval: 20 }

// React checks what it is given only in development, and only there StrictMode mounts everything twice.
describe.runIf(isBrowserExpected)('the page, as React checks it', () => {
  let demo: Demo
  beforeAll(async () => {
    demo = await openDemo('development')
    return () => demo[Symbol.asyncDispose]()
  })

  it('opens exactly one subscription, though StrictMode mounts everything twice', async () => {
    await using tab = await demo.open('strict')
    await tab.publish('info', { Text: 'heard' })
    await expect.poll(tab.total, patience).toBe(1)
    expect(tab.traffic.subscriptions).toBe(1)
    expect(tab.traffic.stops).toBe(0)
  })

  it('replaces its subscription when a category is switched, and leaves none behind', async () => {
    await using tab = await demo.open('replaced')
    await tab.page.getByRole('checkbox', { name: 'tool' }).uncheck()
    await expect.poll(() => tab.traffic.subscriptions, patience).toBe(2)
    await expect.poll(() => tab.traffic.stops, patience).toBe(1)
  })

  it('has no errors, no warnings and no foreign requests while everything is used', async () => {
    await using tab = await demo.open('quiet')
    const { page } = tab
    for (const category of ['engine', 'tool', 'workflow', 'progress', 'error', 'info']) await tab.publish(category, {})
    await expect.poll(tab.total, patience).toBe(6)
    await page.getByRole('button', { name: '500 at once' }).click()
    await expect.poll(tab.total, patience).toBe(506)
    await page.getByRole('checkbox', { name: 'error' }).uncheck()
    // Another choice is another stream: there must be something to hold.
    await expect.poll(async () => (await tab.rows()).length, patience).toBeGreaterThan(0)
    await page.getByRole('button', { name: 'Hold' }).click()
    await page.getByRole('button', { name: 'Load earlier ones' }).click()
    await page
      .getByRole('list', { name: /^Earlier/ })
      .getByRole('listitem')
      .first()
      .waitFor()
    expect(tab.faults).toEqual([])
  })

  it('says which error it was when metadata is refused, and goes on', async () => {
    await using tab = await demo.open('refused')
    await tab.publish('workflow', { Text: 'impossible', 'Steps in all': '-1' })
    const alert = tab.page.getByRole('alert')
    await alert.waitFor()
    expect(await alert.textContent()).toMatch(/^INVALID_METADATAmetadata of workflow: totalSteps: /)
    expect(await tab.total()).toBe(0)

    await tab.publish('workflow', { Text: 'possible', 'Steps in all': '4' })
    await expect.poll(async () => (await tab.rows())[0], patience).toContain('possible')
    await alert.waitFor({ state: 'detached' })
    expect(tab.faults).toEqual([])
  })

  it('says why when the address names an impossible conversation', async () => {
    const page = await demo.browser.newPage()
    await page.goto(`${demo.server.url}/?conversation=${encodeURIComponent('no spaces here')}`)
    await expect.poll(() => page.getByRole('alert').textContent(), patience).toContain('INVALID_INPUT')
    await page.close()
  })

  it('publishes by keyboard alone', async () => {
    await using tab = await demo.open('keyboard')
    const { keyboard } = tab.page
    const focused = () => tab.page.evaluate(() => (document.activeElement as HTMLInputElement).value)
    await tab.page.getByRole('button', { name: '500 at once' }).focus()
    for (const key of ['Tab', 'Tab']) await keyboard.press(key)
    expect(await focused()).toBe('tool')
    await keyboard.press('ArrowRight')
    expect(await focused()).toBe('workflow')
    await keyboard.press('Tab')
    await keyboard.press('ControlOrMeta+A')
    await keyboard.type('typed')
    await keyboard.press('Enter')
    await expect.poll(async () => (await tab.rows())[0], patience).toMatch(/workflow\s+typed/)
  })

  it('shows what strangers write as text', async () => {
    await using tab = await demo.open('strangers')
    const text = '<img src=x onerror="document.title=1"> \u202Edrowkcab &amp;'
    await tab.publish('info', { Text: text, Source: '<script>document.title=1</script>' })
    await expect.poll(async () => (await tab.rows())[0], patience).toContain('<img src=x')
    expect((await tab.rows())[0]).toContain('<script>')
    expect(await tab.page.locator('main img, main script').count()).toBe(0)
    expect(await tab.page.title()).toBe('strangers · Telltale')
    expect(tab.faults).toEqual([])
  })

  it('fits a narrow screen, whatever was said', async () => {
    await using tab = await demo.open('narrow', { viewport: { width: 390, height: 844 } })
    const { page } = tab
    await page.getByText('Say something yourself').click()
    await tab.publish('tool', { Text: 'w'.repeat(400), Tool: 't'.repeat(400), Query: 'q '.repeat(80) })
    await tab.publish('progress', { Text: 'far', Unit: 'u'.repeat(200) })
    await tab.publish('workflow', { 'Steps in all': '-1', Workflow: 'x'.repeat(300) })
    await page.getByRole('alert').waitFor()
    await expect.poll(tab.total, patience).toBe(2)
    const beyond = () =>
      page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement
        const wide = [...document.querySelectorAll('body *:not(.only-heard, .category-text > *)')].filter(
          (element) => element.getBoundingClientRect().right > clientWidth + 0.5,
        )
        return { by: scrollWidth - clientWidth, wide: wide.map(({ className, tagName }) => `${tagName}.${className}`) }
      })
    expect(await beyond()).toEqual({ by: 0, wide: [] })
  })
})
