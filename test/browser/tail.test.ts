import { beforeAll, describe, expect, it } from 'vitest'
import { start } from '../cli/command.ts'
import { isBrowserExpected } from './chromium.ts'
import { type Demo, openDemo } from './demo.ts'

const patience = { timeout: 30_000, interval: 50 }

describe.runIf(isBrowserExpected)('telltale tail beside the page', () => {
  let demo: Demo
  beforeAll(async () => {
    demo = await openDemo()
    return () => demo[Symbol.asyncDispose]()
  })

  it('shows the same updates in the same order', async () => {
    await using tab = await demo.open('beside')
    const url = `${demo.server.url.replace('http', 'ws')}/trpc`
    const all = start(['tail', 'beside', '--json', '--from', 'all', '--url', url])
    const some = start(['tail', 'beside', '--json', '--from', 'all', '--categories', 'workflow,tool', '--url', url])
    for (const tail of [all, some]) await tail.tells('connected to')
    await tab.take('guide')
    await expect.poll(tab.state, patience).toBe('succeeded')
    const shown = (await tab.offsets()).toReversed()
    expect(shown.length).toBeGreaterThan(20)
    await expect
      .poll(() => all.events.map(({ update }) => (update as unknown as { offset: number }).offset), patience)
      .toEqual(shown)
    for (const category of ['engine', 'progress', 'error', 'info']) await tab.toggle(category)
    await tab.untilLive()
    const chosen = (await tab.offsets()).toReversed()
    expect(chosen.length).toBeGreaterThan(10)
    expect(some.events.map(({ update }) => (update as unknown as { offset: number }).offset)).toEqual(chosen)
  })
})
