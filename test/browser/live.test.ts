import { beforeAll, describe, expect, it } from 'vitest'
import { isBrowserExpected } from './chromium.ts'
import { type Demo, openDemo } from './demo.ts'

const patience = { timeout: 20_000, interval: 20 }

describe.runIf(isBrowserExpected)('the demo in a browser', () => {
  let demo: Demo
  beforeAll(async () => {
    demo = await openDemo()
    return () => demo[Symbol.asyncDispose]()
  })

  it('shows two tabs of one conversation the same updates in the same order', async () => {
    await using one = await demo.open('two-tabs')
    await using two = await one.second()
    await Promise.all([one, two].map(({ page }) => page.getByRole('button', { name: '500 at once' }).click()))
    for (const tab of [one, two]) await expect.poll(tab.total, patience).toBe(1_000)
    await one.publish('info', { Text: 'the last word' })
    for (const tab of [one, two]) await expect.poll(async () => (await tab.rows())[0], patience).toContain('last word')

    const rows = await one.rows()
    expect(rows).toHaveLength(150)
    expect(await two.rows()).toEqual(rows)
    expect(one.faults).toEqual([])
  })

  it('shows a tab that opens later what was said before', async () => {
    await using early = await demo.open('late-tab')
    await early.publish('tool', { Text: 'said before' })
    await expect.poll(early.total, patience).toBe(1)
    await using late = await early.second()
    await expect.poll(late.rows, patience).toEqual(await early.rows())
  })

  it('shows each of the six categories with its metadata', async () => {
    await using tab = await demo.open('six')
    const said: [string, Record<string, string>, string[]][] = [
      ['engine', { Text: 'thinking', Engine: 'planner', Model: 'm-1', 'Duration, ms': '12' }, ['durationMs\n12']],
      ['tool', { Text: 'searching', Tool: 'web_search', Query: 'tides' }, ['tool\nweb_search', 'query\ntides']],
      ['workflow', { Text: 'step', Workflow: 'research', 'Steps done': '1', 'Steps in all': '4' }, ['1 of 4 steps']],
      ['progress', { Text: 'reading', Current: '3', Total: '10', Unit: 'pages' }, ['3 of 10 pages']],
      ['error', { Text: 'failed', 'Error type': 'Timeout', Code: '504' }, ['type\nTimeout', 'retryable\ntrue']],
      ['info', { Text: 'noted', Source: 'fact check' }, ['source\nfact check']],
    ]
    for (const [category, fields, shown] of said) {
      await tab.publish(category, fields)
      await expect.poll(async () => (await tab.rows())[0], patience).toContain(fields['Text'])
      const [newest = ''] = await tab.rows()
      for (const part of [category, ...shown]) expect(newest).toContain(part)
    }
    const bar = tab.page.getByRole('progressbar', { name: '3 of 10 pages' })
    expect(await bar.evaluate((element: HTMLProgressElement) => element.value / element.max)).toBeCloseTo(0.3)
    expect(tab.faults).toEqual([])
  })

  it('gets only what is switched on, and gets it again when it is switched on again', async () => {
    await using tab = await demo.open('switches')
    await using other = await tab.second()
    const tool = tab.page.getByRole('checkbox', { name: 'tool' })
    await tool.uncheck()
    // A subscription outlives its last consumer by a moment.
    await expect.poll(() => tab.traffic.stops, patience).toBe(1)
    await other.publish('tool', { Text: 'not for everyone' })
    await other.publish('info', { Text: 'for everyone' })

    await expect.poll(async () => (await tab.rows()).join(), patience).toContain('for everyone')
    expect((await tab.rows()).join()).not.toContain('not for')
    expect(tab.traffic.received).not.toContain('not for everyone')

    await tool.check()
    await expect.poll(async () => (await tab.rows()).length, patience).toBe(2)
    expect((await tab.rows())[1]).toContain('not for everyone')
  })

  it('keeps one category on', async () => {
    await using tab = await demo.open('last-switch')
    for (const name of ['engine', 'tool', 'workflow', 'progress', 'info']) {
      await tab.page.getByRole('checkbox', { name }).uncheck()
    }
    expect(await tab.page.getByRole('checkbox', { name: 'error' }).isDisabled()).toBe(true)
  })

  it('shows nothing of another conversation, and another one when it is opened', async () => {
    await using here = await demo.open('here')
    await using there = await demo.open('there')
    await here.publish('info', { Text: 'only here' })
    await there.publish('info', { Text: 'only there' })
    await expect.poll(there.total, patience).toBe(1)
    expect((await there.rows()).join()).not.toContain('only here')
    expect(there.traffic.received).not.toContain('only here')

    await there.page.getByRole('textbox', { name: 'Conversation' }).fill('here')
    await there.page.getByRole('textbox', { name: 'Conversation' }).press('Enter')
    await expect.poll(async () => (await there.rows()).join(), patience).toContain('only here')
    expect(new URL(there.page.url()).search).toBe('?conversation=here')
    await there.page.goBack()
    await expect.poll(async () => (await there.rows()).join(), patience).toContain('only there')
  })

  it('plays a workflow', async () => {
    await using tab = await demo.open('workflow')
    await tab.page.getByRole('button', { name: 'Play a workflow' }).click()
    await expect.poll(async () => (await tab.rows())[0], patience).toContain('Research finished')
    expect(await tab.total()).toBe(19)
    await tab.page.getByRole('button', { name: 'Play a workflow' }).waitFor()
  })

  it('loads earlier updates than the list holds, without a hole between them', async () => {
    await using tab = await demo.open('earlier')
    await tab.page.getByRole('button', { name: '500 at once' }).click()
    await expect.poll(tab.total, patience).toBe(500)
    const earlier = tab.page.getByRole('list', { name: /^Earlier/ }).getByRole('listitem')
    for (const count of [50, 250, 350]) {
      await tab.page.getByRole('button', { name: 'Load earlier ones' }).click()
      await expect.poll(() => earlier.count(), patience).toBe(count)
    }
    await tab.page.getByText('Nothing older is kept.').waitFor()
    const shown = [...(await tab.rows()), ...(await earlier.allInnerTexts())]
    const numbers = shown.map((row) => Number(/Burst, (\d+) of/.exec(row)?.[1]))
    expect(new Set(numbers).size).toBe(500)
  })

  it('holds the list still while it is read', async () => {
    await using tab = await demo.open('held')
    await tab.publish('info', { Text: 'before' })
    await expect.poll(tab.total, patience).toBe(1)
    await tab.page.getByRole('button', { name: 'Hold' }).click()
    await tab.publish('info', { Text: 'after' })
    await tab.page.getByRole('button', { name: 'Go on, 1 newer' }).waitFor()
    expect(await tab.rows()).toHaveLength(1)
    await tab.page.getByRole('button', { name: 'Go on, 1 newer' }).click()
    expect(await tab.rows()).toHaveLength(2)
  })
})
