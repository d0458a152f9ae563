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

  it('opens one subscription for the work, one for the list and one for who watches, though StrictMode mounts everything twice', async () => {
    await using tab = await demo.open('strict')
    await tab.publish('info', { Text: 'heard' })
    await expect.poll(async () => (await tab.rows()).length, patience).toBe(1)
    expect(tab.traffic.subscriptions).toBe(3)
    expect(tab.traffic.sockets).toBe(1)
    expect(tab.traffic.stops).toBe(0)
  })

  it('replaces the subscription of its list when a category is switched, and leaves none behind', async () => {
    await using tab = await demo.open('replaced')
    await tab.toggle('tool')
    await expect.poll(() => tab.traffic.subscriptions, patience).toBe(4)
    await expect.poll(() => tab.traffic.stops, patience).toBe(1)
  })

  it('has no errors, no warnings and no foreign requests while everything is used', async () => {
    await using tab = await demo.open('quiet')
    const { page } = tab
    await tab.take('guide', true)
    for (const category of ['engine', 'tool', 'workflow', 'progress', 'error', 'info']) await tab.publish(category, {})
    await expect.poll(tab.state, patience).toBe('succeeded')
    await tab.toggle('error')
    // Another choice is another stream: there must be something to hold.
    await expect.poll(async () => (await tab.rows()).length, patience).toBeGreaterThan(0)
    await page.getByRole('button', { name: 'Hold' }).click()
    await page.getByRole('link', { name: 'Overview' }).click()
    await page.locator('[data-conversation="quiet"]').waitFor()
    expect(tab.faults).toEqual([])
  })

  it('says which error it was when metadata is refused, and goes on', async () => {
    await using tab = await demo.open('refused')
    await tab.publish('workflow', { Text: 'impossible', 'Steps in all': '-1' })
    const alert = tab.page.getByRole('alert')
    await alert.waitFor()
    expect(await alert.textContent()).toMatch(/^INVALID_METADATAmetadata of workflow: totalSteps: /)
    expect(await tab.rows()).toEqual([])

    await tab.publish('workflow', { Text: 'possible', 'Steps in all': '4' })
    await expect.poll(async () => (await tab.rows())[0], patience).toContain('possible')
    await alert.waitFor({ state: 'detached' })
    expect(tab.faults).toEqual([])
  })

  it.each(['no spaces here', 'n'.repeat(65), 'overview', '<b>', '%F0'])(
    'says in words that the address names no conversation when it names %s, and asks nothing',
    async (id) => {
      const page = await demo.browser.newPage()
      const asked: string[] = []
      page.on('request', (request) => asked.push(new URL(request.url()).pathname))
      await page.goto(`${demo.server.url}/?conversation=${encodeURIComponent(id)}`)
      await page.getByRole('heading', { name: 'There is no such conversation' }).waitFor()
      expect(await page.locator('main').textContent()).toContain(id)
      expect(asked.filter((path) => path.startsWith('/api/conversations/'))).toEqual([])
      await page.getByRole('link', { name: 'Begin a new one' }).click()
      await page.locator('[data-reading="integrity"]').getByText('live', { exact: true }).waitFor()
      await page.close()
    },
  )

  it('shows what strangers write as text', async () => {
    await using tab = await demo.open('strangers')
    const text = '<img src=x onerror="document.title=1"> \u202Edrowkcab &amp;'
    await tab.publish('info', { Text: text, Source: '<script>document.title=1</script>' })
    await expect.poll(async () => (await tab.rows())[0], patience).toContain('<img src=x')
    expect((await tab.rows())[0]).toContain('<script>')
    await tab.drop(
      '<b>x</b>.md',
      Buffer.from('# <img src=x onerror=alert(1)>\n\n[a](javascript:alert(1)) <script>b</script> words.'),
    )
    await expect.poll(tab.state, patience).toBe('succeeded')
    expect(await tab.page.locator('a[href^="javascript"]').count()).toBe(0)
    expect(await tab.page.locator('main img, main script').count()).toBe(0)
    expect(await tab.page.title()).toBe('strangers · Telltale')
    expect(tab.faults).toEqual([])
  })
})
