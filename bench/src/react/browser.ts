import { setTimeout } from 'node:timers/promises'
import { findChromium } from '../../../scripts/chromium.mjs'
import { answerCommands } from '../commands.ts'
import { Chromium, type Tab } from './chromium.ts'
import type { BrowserCommands, PageRecord } from './commands.ts'

// The process with the browser, which runs on the core of this process, and ends with it.

let tab: Tab | null = null
let began = { at: 0, busyMs: 0, isProfiled: false }

/** How long a page may take until it is live. */
const openMs = 20_000
/** A page that is looked at more often would be busy with that. */
const lookEveryMs = 50

answerCommands<BrowserCommands>({
  async open({ url }) {
    const executable = findChromium()
    if (executable === null) throw new Error('no Chromium found')
    const chromium = new Chromium(executable)
    process.once('exit', () => chromium.kill())
    tab = await chromium.open(url)
    await tab.ask('Performance.enable')
    if (await comesTrue(tab, 'window.gauge?.isLive === true', openMs)) return null
    throw new Error(`${url} did not get live`)
  },

  async begin({ said, withinMs, isProfiled }) {
    const page = opened()
    const isThere = await comesTrue(page, `gauge.reached >= ${said}`, withinMs)
    if (isProfiled) {
      await page.ask('Profiler.enable')
      await page.ask('Profiler.setSamplingInterval', { interval: 200 })
      await page.ask('Profiler.start')
    }
    await page.evaluate('gauge.begin()')
    began = { at: performance.now(), busyMs: await busyMs(page), isProfiled }
    return { isThere }
  },

  async end({ said, withinMs }) {
    const page = opened()
    const isThere = await comesTrue(page, `gauge.reached >= ${said}`, withinMs)
    const elapsedMs = performance.now() - began.at
    const busy = (await busyMs(page)) - began.busyMs
    const profile = began.isProfiled ? (await page.ask<{ profile: object }>('Profiler.stop')).profile : null
    const record = await page.evaluate<PageRecord>('gauge.read()')
    return { isThere, record, busyMs: busy, elapsedMs, profile }
  },
})

/** Whether something in the page gets true in time. */
async function comesTrue(page: Tab, expression: string, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs
  while (performance.now() < until) {
    if (await page.evaluate<boolean>(expression)) return true
    await setTimeout(lookEveryMs)
  }
  return false
}

/** How long the main thread has been at work, since the page was opened. */
async function busyMs(page: Tab): Promise<number> {
  const { metrics } = await page.ask<{ metrics: readonly { name: string; value: number }[] }>('Performance.getMetrics')
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1_000
}

function opened(): Tab {
  if (!tab) throw new Error('no page was opened')
  return tab
}
