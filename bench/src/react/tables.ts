import { toWhole } from '../numbers.ts'
import { median } from '../statistics.ts'
import type { Table } from '../workload.ts'
import type { PageName } from './commands.ts'
import { highestHeld, type PageSample, type Verdict, verdicts } from './judge.ts'

/** How the pages are called. */
export const titles: Record<PageName, string> = {
  'by-hand': 'useState and a raw WebSocket, frames of 100',
  telltale: 'Telltale, useStatusStream',
}

const pages = Object.keys(titles) as PageName[]

/** What is said of a rate. */
const words: Record<Verdict, string> = {
  held: 'held',
  server: 'server too slow',
  'long tasks': 'long tasks',
  behind: 'behind',
  missed: 'missed some',
}

/** The figure, and how the pages did at each rate. */
export function toTables(samples: readonly PageSample[]): Table[] {
  const rates = [...new Set(samples.map(({ perSecond }) => perSecond))].sort((a, b) => a - b)
  return [
    {
      title: 'React: updates a second that a page renders without a long task (more is better)',
      note:
        'The highest rate of those below at which no task of the page’s main thread took more than 50 ms in any round, ' +
        'every update came to its state, and the last one was shown within half a second. The page lists the newest 50. ' +
        'A run that was too much is repeated once, for something else may have had the machine, and the better one counts.',
      columns: ['updates/s'],
      rows: pages.map((page) => ({ title: titles[page], cells: [toWhole(highestHeld(samples, page))] })),
    },
    {
      title: 'React: the pages at each rate',
      note:
        'Long tasks over all rounds; else medians. Milliseconds are from the call at the server to React’s commit. ' +
        'Busy: the page’s main thread, and the server with its producer. The browser has one core and draws in software.',
      columns: ['', 'long tasks', 'commits/s', 'p50 ms', 'p99 ms', 'page busy', 'server busy'],
      rows: rates.flatMap((perSecond) =>
        pages.flatMap((page) => {
          const own = samples.filter((sample) => sample.page === page && sample.perSecond === perSecond)
          return own.length === 0 ? [] : [{ title: `${nameOf(page)}, ${toWhole(perSecond)}/s`, cells: toCells(own) }]
        }),
      ),
    },
  ]
}

const nameOf = (page: PageName): string => (page === 'telltale' ? 'Telltale' : 'by hand')

function toCells(own: readonly PageSample[]): string[] {
  const middle = (pick: (sample: PageSample) => number): number => median(own.map(pick))
  const worst = Math.max(...own.map(({ verdict }) => verdicts.indexOf(verdict)))
  const percent = (share: number): string => `${(share * 100).toFixed(0)} %`
  return [
    words[verdicts[worst] ?? 'held'],
    toWhole(own.reduce((sum, { longTasks }) => sum + longTasks, 0)),
    toWhole(middle(({ commitsPerSecond }) => commitsPerSecond)),
    toWhole(middle(({ p50Ms }) => p50Ms)),
    toWhole(middle(({ p99Ms }) => p99Ms)),
    percent(middle(({ pageBusy }) => pageBusy)),
    percent(middle(({ serverBusy }) => serverBusy)),
  ]
}

/** Telltale's figure by the other's; none where the other held nothing. */
export function toRatios(samples: readonly PageSample[]): Record<string, number> {
  const byHand = highestHeld(samples, 'by-hand')
  return byHand === 0 ? {} : { 'react/rate': highestHeld(samples, 'telltale') / byHand }
}
