import { beforeAll, describe, expect, it } from 'vitest'
import type { Conversation, ConversationSummary } from '../../apps/demo/api/analysis.ts'
import { isBrowserExpected } from './chromium.ts'
import { type Demo, openDemo } from './demo.ts'

const patience = { timeout: 60_000, interval: 50 }

describe.runIf(isBrowserExpected)('the overview', () => {
  let demo: Demo
  beforeAll(async () => {
    demo = await openDemo()
    return () => demo[Symbol.asyncDispose]()
  })

  it('runs ten analyses at once, shows each as it goes, and mixes nothing', async () => {
    await using tab = await demo.open('before')
    const { page } = tab
    await page.getByRole('link', { name: 'Overview' }).click()
    await page.getByRole('button', { name: 'Run ten at once' }).click()
    const cards = page.locator('[data-conversation]')
    await expect.poll(() => cards.count(), patience).toBe(10)
    // All of them are at work at the same time at some moment: each rests between its steps.
    await expect
      .poll(
        () => page.locator('[data-conversation]:is([data-state="running"], [data-state="waiting"])').count(),
        patience,
      )
      .toBeGreaterThan(7)
    const ended = page.locator('[data-conversation]:is([data-state="succeeded"], [data-state="failed"])')
    await expect.poll(() => ended.count(), patience).toBe(10)

    const conversations: ConversationSummary[] = await ask('/api/conversations')
    expect(conversations).toHaveLength(10)
    await using client = demo.client()
    for (const { id, latest } of conversations) {
      const { updates } = await client.history({ conversationId: id, limit: 200 })
      expect(updates.length).toBeGreaterThan(2)
      // Every word of a conversation is about its own document.
      expect(new Set(updates.map(({ metadata }) => metadata['analysisId']))).toEqual(new Set([latest.id]))
      const { analyses }: Conversation = await ask(`/api/conversations/${id}`)
      expect(analyses.map((analysis) => analysis.id)).toEqual([latest.id])
      const card = page.locator(`[data-conversation="${id}"]`)
      await expect.poll(() => card.getAttribute('data-state'), patience).toBe(latest.state)
      expect(await card.textContent()).toContain(latest.document.name)
    }
    expect(tab.faults).toEqual([])

    const first = conversations[0]
    await page.locator(`[data-conversation="${first?.id}"]`).getByRole('link').click()
    await tab.untilLive()
    expect(new URL(page.url()).searchParams.get('conversation')).toBe(first?.id)
    await expect.poll(tab.state, patience).toBe(first?.latest.state)
  })

  async function ask<T>(path: string): Promise<T> {
    return (await fetch(demo.server.url + path)).json() as Promise<T>
  }
})
