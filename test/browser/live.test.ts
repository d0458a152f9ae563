import type { TelltaleClient } from '@telltale/client'
import { beforeAll, describe, expect, it } from 'vitest'
import { isBrowserExpected } from './chromium.ts'
import { type Demo, openDemo } from './demo.ts'
import { wordsOf } from './tab.ts'

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
    await using client = demo.client()
    await burst(client, 'two-tabs', 500)
    await one.publish('info', { Text: 'the last word' })
    for (const tab of [one, two]) await expect.poll(async () => (await tab.rows())[0], patience).toContain('last word')
    expect(await one.offsets()).toEqual(Array.from({ length: 501 }, (_, index) => 501 - index))
    expect(await two.rows()).toEqual(await one.rows())
    expect(one.faults).toEqual([])
  })

  it('shows a tab that opens later what was said before', async () => {
    await using early = await demo.open('late-tab')
    await early.publish('tool', { Text: 'said before' })
    await expect.poll(async () => (await early.rows()).length, patience).toBe(1)
    await using late = await early.second()
    await expect.poll(late.rows, patience).toEqual(await early.rows())
  })

  it('shows each of the six categories with its metadata', async () => {
    await using tab = await demo.open('six')
    const said: [string, Record<string, string>, string[]][] = [
      ['engine', { Text: 'thinking', Engine: 'planner', Model: 'm-1', 'Duration, ms': '12' }, ['durationMs 12']],
      ['tool', { Text: 'searching', Tool: 'web_search', Query: 'tides' }, ['tool web_search', 'query tides']],
      ['workflow', { Text: 'step', Workflow: 'research', 'Steps done': '1', 'Steps in all': '4' }, ['1 of 4 steps']],
      ['progress', { Text: 'reading', Current: '3', Total: '10', Unit: 'pages' }, ['3 of 10 pages']],
      ['error', { Text: 'failed', 'Error type': 'Timeout', Code: '504' }, ['type Timeout', 'retryable true']],
      ['info', { Text: 'noted', Source: 'fact check' }, ['source fact check']],
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

  it('shows nothing of another conversation, and another one when it is opened', async () => {
    await using here = await demo.open('here')
    await using there = await demo.open('there')
    await here.publish('info', { Text: 'only here' })
    await there.publish('info', { Text: 'only there' })
    await expect.poll(async () => (await there.rows()).length, patience).toBe(1)
    expect((await there.rows()).join()).not.toContain('only here')
    expect(there.traffic.received).not.toContain('only here')

    await there.page.goto(`${demo.server.url}/?conversation=here`)
    await expect.poll(async () => (await there.rows()).join(), patience).toContain('only here')
    await there.page.goBack()
    await expect.poll(async () => (await there.rows()).join(), patience).toContain('only there')
  })

  it('loads earlier updates than the list holds, without a hole between them', async () => {
    await using client = demo.client()
    await burst(client, 'earlier', 500)
    await using tab = await demo.open('earlier')
    await expect.poll(async () => (await tab.rows()).length, patience).toBe(200)
    const earlier = tab.page.getByRole('list', { name: /^Earlier/ }).getByRole('listitem')
    await tab.page.getByRole('button', { name: 'Load earlier ones' }).click()
    for (const count of [200, 300]) {
      // The first page is what the list has already.
      await tab.page.getByRole('button', { name: 'Load earlier ones' }).click()
      await expect.poll(() => earlier.count(), patience).toBe(count)
    }
    await tab.page.getByText('Nothing older is kept.').waitFor()
    const shown = [...(await tab.rows()), ...(await wordsOf(earlier))]
    const numbers = shown.map((row) => Number(/burst (\d+)/.exec(row)?.[1]))
    expect(new Set(numbers).size).toBe(500)
  })

  it('loads earlier updates also below a list that has grown since', async () => {
    await using client = demo.client()
    await burst(client, 'grown', 300)
    await using tab = await demo.open('grown')
    await expect.poll(async () => (await tab.rows()).length, patience).toBe(200)
    await burst(client, 'grown', 300)
    await expect.poll(async () => (await tab.rows()).length, patience).toBe(500)
    await tab.page.getByRole('button', { name: 'Load earlier ones' }).click()
    const earlier = tab.page.getByRole('list', { name: /^Earlier/ }).locator('[data-offset]')
    await expect.poll(() => earlier.count(), patience).toBe(100)
    expect(await earlier.first().getAttribute('data-offset')).toBe('100')
  })

  it('holds the list still while it is read', async () => {
    await using tab = await demo.open('held')
    await tab.publish('info', { Text: 'before' })
    await expect.poll(async () => (await tab.rows()).length, patience).toBe(1)
    await tab.page.getByRole('button', { name: 'Hold' }).click()
    await tab.publish('info', { Text: 'after' })
    await tab.page.getByRole('button', { name: 'Go on, 1 newer' }).waitFor()
    expect(await tab.rows()).toHaveLength(1)
    await tab.page.getByRole('button', { name: 'Go on, 1 newer' }).click()
    expect(await tab.rows()).toHaveLength(2)
  })
})

/** Publishes many updates, as many at a time as a call takes. */
async function burst(client: TelltaleClient, conversationId: string, count: number): Promise<void> {
  const updates = Array.from({ length: count }, (_, index) => ({
    conversationId,
    category: 'info' as const,
    text: `burst ${index + 1}`,
  }))
  for (let from = 0; from < count; from += 100) await client.publishMany(updates.slice(from, from + 100))
}
