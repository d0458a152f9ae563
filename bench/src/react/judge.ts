import { quantile } from '../statistics.ts'
import type { PageName, PageRecord, Said, Watched } from './commands.ts'

/** What came of one page at one rate. */
export interface PageSample {
  readonly page: PageName
  readonly perSecond: number
  readonly round: number
  readonly verdict: Verdict
  /** What the server really said. */
  readonly saidPerSecond: number
  readonly longTasks: number
  readonly longestMs: number
  readonly missed: number
  readonly commitsPerSecond: number
  /** Milliseconds from the call to the commit that first had the update. */
  readonly p50Ms: number
  readonly p99Ms: number
  /** Shares of a core: the page's main thread, and the server's process. */
  readonly pageBusy: number
  readonly serverBusy: number
}

/**
 * Whether a page held a rate: everything arrived, and nobody who clicked would have waited for 50 ms. A page that fell
 * `behind` did not show the last update soon enough; one that was told of updates it did not get has `missed` them;
 * a `server` that did not say what it was to say leaves open what the page can do.
 */
export type Verdict = (typeof verdicts)[number]

/** The worst last. */
export const verdicts = ['held', 'server', 'long tasks', 'behind', 'missed'] as const

/** Who shows the last update so late, in milliseconds, does not show what comes in but what came in. */
const behindFromMs = 500

/** Below this share of the wanted rate it was not that rate. */
const saidShareMin = 0.95

/** Judges a run. Throws when something was lost, doubled or disordered and the page did not know it. */
export function judge(run: Pick<PageSample, 'page' | 'perSecond' | 'round'>, said: Said, watched: Watched): PageSample {
  const { record, busyMs, elapsedMs } = watched
  if (watched.isThere) mustBeWhole(record, said.last)
  const latencies = latenciesOf(said, record.commits)
  const saidPerSecond = (said.updates / said.elapsedMs) * 1_000
  const sample = {
    saidPerSecond,
    longTasks: record.longTasks.length,
    longestMs: Math.max(0, ...record.longTasks.map(([, durationMs]) => durationMs)),
    missed: record.missed,
    commitsPerSecond: (record.commits.length / elapsedMs) * 1_000,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    pageBusy: busyMs / elapsedMs,
    serverBusy: said.cpuMs / said.elapsedMs,
  }
  const keptUp = watched.isThere && (latencies.at(-1) ?? 0) < behindFromMs
  return { ...run, ...sample, verdict: verdictOf(run.perSecond, sample, keptUp) }
}

function verdictOf(
  perSecond: number,
  { saidPerSecond, longTasks, missed }: Pick<PageSample, 'saidPerSecond' | 'longTasks' | 'missed'>,
  keptUp: boolean,
): Verdict {
  if (missed > 0) return 'missed'
  if (!keptUp) return 'behind'
  if (longTasks > 0) return 'long tasks'
  return saidPerSecond < perSecond * saidShareMin ? 'server' : 'held'
}

/** The state counts every update once, and the list ends with the last ones in their order. */
function mustBeWhole({ received, missed, rows, listed }: PageRecord, last: number): void {
  if (received + missed !== last)
    throw new Error(`the page counts ${received} updates and ${missed} missed, of ${last}`)
  if (rows.length === 0 || listed !== rows.length) throw new Error(`${listed} rows are listed of ${rows.length}`)
  const wrong = rows.findIndex((number, index) => number !== last - rows.length + 1 + index)
  // Behind a gap only the end is known.
  if (wrong >= 0 && missed === 0) throw new Error(`row ${wrong} of ${rows.length} has update ${rows[wrong]} of ${last}`)
}

/** Milliseconds from each call to the first commit that had its update; updates that never came to one are left out. */
export function latenciesOf({ turns, last, updates }: Said, commits: PageRecord['commits']): number[] {
  const latencies: number[] = []
  let number = last - updates + 1
  let place = 0
  for (const [atMs, lastOfTurn] of turns) {
    for (; number <= lastOfTurn; number++) {
      while (place < commits.length && (commits[place]?.[1] ?? 0) < number) place++
      const commit = commits[place]
      if (commit) latencies.push(commit[0] - atMs)
    }
  }
  return latencies
}

/** The one that did better. */
export function betterOf(first: PageSample, second: PageSample): PageSample {
  return verdicts.indexOf(second.verdict) < verdicts.indexOf(first.verdict) ? second : first
}

/** The highest rate that a page held in every round; 0 for none. */
export function highestHeld(samples: readonly PageSample[], page: PageName): number {
  const own = samples.filter((sample) => sample.page === page)
  const rounds = new Set(own.map(({ round }) => round))
  const isHeld = (perSecond: number): boolean =>
    own.filter((sample) => sample.perSecond === perSecond && sample.verdict === 'held').length === rounds.size
  return Math.max(0, ...own.map(({ perSecond }) => perSecond).filter(isHeld))
}

/** Whether it is of no use to try more: the last two rates were too much, and one alone may be the machine's doing. */
export function isAtItsEnd(samples: readonly PageSample[], page: PageName, round: number): boolean {
  const own = samples.filter((sample) => sample.page === page && sample.round === round)
  return own.length >= 2 && own.slice(-2).every(({ verdict }) => verdict !== 'held')
}
