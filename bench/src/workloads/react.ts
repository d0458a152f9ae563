import { findChromium } from '../../../scripts/chromium.mjs'
import { orderOf } from '../fan-out.ts'
import { toWhole } from '../numbers.ts'
import { buildPage } from '../react/built-page.ts'
import type { PageName } from '../react/commands.ts'
import { isAtItsEnd, type PageSample } from '../react/judge.ts'
import { type WatchTimes, watchPage } from '../react/run.ts'
import { titles, toRatios, toTables } from '../react/tables.ts'
import type { Workload } from '../workload.ts'

const pages: readonly PageName[] = ['by-hand', 'telltale']
/** Updates a second. Telltale's server takes about as many as the last ones on a core. */
const rates = [100, 1_000, 10_000, 30_000, 60_000, 100_000, 150_000, 200_000, 300_000]
const quickRates = [1_000, 30_000]
/** A round takes about two minutes and a half. */
const roundsMax = 3

/** What a page of React renders in a real browser, by the hook and by hand. */
export const react: Workload = {
  name: 'react',
  title: 'A page of React',
  async measure(setting, { rounds: wanted, isQuick }, say) {
    if (findChromium() === null) throw new Error('no Chromium found, so no page was measured: set CHROMIUM_PATH to one')
    await using page = await buildPage(setting.launch.code)
    const rounds = Math.min(wanted, roundsMax)
    const times: WatchTimes = isQuick ? { warmUpMs: 500, measureMs: 1_000 } : { warmUpMs: 1_000, measureMs: 2_000 }
    const samples: PageSample[] = []
    for (let round = 0; round < rounds; round++) {
      for (const perSecond of isQuick ? quickRates : rates) {
        for (const name of orderOf(pages, round).filter((one) => !isAtItsEnd(samples, one, round))) {
          const run = { page: name, perSecond, round, directory: page.directory, ...times }
          const sample = await watchPage(setting, run)
          samples.push(sample)
          say(`${round + 1}/${rounds}, ${toWhole(perSecond)}/s, ${titles[name]}: ${sample.verdict}`)
        }
      }
    }
    return { name: 'react', samples, tables: toTables(samples), ratios: toRatios(samples) }
  },
}
