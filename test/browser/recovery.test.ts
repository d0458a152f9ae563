import { beforeAll, describe, expect, it } from 'vitest'
import { isBrowserExpected } from './chromium.ts'
import { type Demo, openDemo } from './demo.ts'
import { layLine } from './line.ts'
import { openTab } from './tab.ts'

const patience = { timeout: 60_000, interval: 20 }

describe.runIf(isBrowserExpected)('the page, while its server comes and goes', () => {
  let demo: Demo
  beforeAll(async () => {
    demo = await openDemo()
    return () => demo[Symbol.asyncDispose]()
  })

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'says that it is connecting after %s, then comes back and shows where something was lost',
    async (signal) => {
      await using tab = await demo.open(`lost-${signal}`)
      await tab.publish('info', { Text: 'before' })
      await expect.poll(async () => (await tab.rows()).length, patience).toBe(1)

      expect(await demo.server.stop(signal)).toBe(signal === 'SIGTERM' ? 0 : null)
      await expect.poll(() => tab.reading('connection'), patience).toBe('connecting')
      expect(await tab.reading('integrity')).toBe('catching-up')

      await demo.restart()
      await tab.untilLive(60_000)
      expect(await tab.reading('connection')).toBe('open')
      expect(await tab.reading('missed')).toBe('unknown')

      await tab.publish('info', { Text: 'after' })
      await expect.poll(async () => (await tab.rows()).length, patience).toBe(3)
      const [newest, hole, oldest] = await tab.rows()
      expect(newest).toContain('after')
      expect(hole).toContain('Some updates missed: the server began again')
      expect(oldest).toContain('before')
    },
  )

  it('does not go on saying that a document is read when the server that read it died', async () => {
    await using tab = await demo.open('dead')
    await tab.take('essay', true)
    await tab.page.locator('[data-step="language"][data-state="succeeded"]').waitFor()
    await demo.server.stop('SIGKILL')
    await expect.poll(() => tab.page.locator('#now-line-title').textContent(), patience).toBe('Last heard')
    await demo.restart()
    await tab.untilLive(60_000)
    await expect.poll(() => tab.page.locator('#now-line-title').textContent(), patience).toBe('Lost')
    expect(await tab.page.locator('.now-line').textContent()).toContain('Lost: its log was lost')
    expect(await tab.steps()).not.toContain('running')
    expect(await tab.page.locator('.span-tree .state-mark[data-state="running"]').count()).toBe(0)
    await tab.page.getByText('What was given here before, and what was found in it, is gone.').waitFor()
    // And it takes another.
    await tab.drop('next.txt', Buffer.from('It goes on. It does.'))
    await expect.poll(tab.state, patience).toBe('succeeded')
    await expect.poll(() => tab.page.locator('#now-line-title').textContent(), patience).toBe('Done')
  })

  it('gets what was said meanwhile when only its own line was cut, and missed nothing', async () => {
    await using line = await layLine(demo.server.port)
    await using tab = await openTab(demo.browser, `${line.url}/?conversation=cut`)
    await using other = await demo.open('cut')
    await tab.publish('info', { Text: 'before' })
    await expect.poll(async () => (await other.rows()).length, patience).toBe(1)

    line.cut()
    await expect.poll(() => tab.reading('connection'), patience).toBe('connecting')
    for (const text of ['first', 'second']) await other.publish('info', { Text: text })
    await expect.poll(async () => (await other.rows()).length, patience).toBe(3)
    expect(await tab.rows()).toHaveLength(1)

    line.mend()
    await tab.untilLive(60_000)
    await expect.poll(tab.rows, patience).toEqual(await other.rows())
    expect(await tab.reading('missed')).toBe('0')
  })
})
