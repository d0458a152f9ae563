import { Child } from '../child.ts'
import type { Setting } from '../pair.ts'
import type { BrowserCommands, PageServerCommands } from './commands.ts'
import { betterOf, judge, type PageSample } from './judge.ts'

/** A page that has not got everything so long after the last call has fallen behind. */
const patienceMs = 2_000

/** How long a page is watched. */
export interface WatchTimes {
  /** Compiles the page's code, and fills its list. */
  readonly warmUpMs: number
  readonly measureMs: number
}

/** Watches a page at a rate; once more when that was too much, for one long task may be the machine's doing. */
export async function watchPage(...args: Parameters<typeof watchOnce>): Promise<PageSample> {
  const sample = await watchOnce(...args)
  return sample.verdict === 'held' ? sample : betterOf(sample, await watchOnce(...args))
}

/** One page at one rate, with a server and a browser of its own. `onProfile` takes the CPU profile of the page. */
async function watchOnce(
  { machine, launch }: Setting,
  run: Pick<PageSample, 'page' | 'perSecond' | 'round'> & WatchTimes & { directory: string },
  onProfile?: (profile: object) => void,
): Promise<PageSample> {
  const { page, perSecond, round, directory, warmUpMs, measureMs } = run
  const { pinned } = machine
  await using server = new Child<PageServerCommands>('./react/server.ts', {
    launch,
    core: pinned?.server ?? null,
    options: launch.serverOptions,
  })
  await using browser = new Child<BrowserCommands>('./react/browser.ts', { launch, core: pinned?.load ?? null })
  const { port } = await server.ask('open', { page, directory })
  await browser.ask('open', { url: `http://127.0.0.1:${port}/#${page}` })
  await server.ask('ready', null)
  const warmUp = await server.ask('say', { perSecond, forMs: warmUpMs })
  const isProfiled = onProfile !== undefined
  await browser.ask('begin', { said: warmUp.last, withinMs: patienceMs, isProfiled })
  const said = await server.ask('say', { perSecond, forMs: measureMs })
  const watched = await browser.ask('end', { said: said.last, withinMs: patienceMs })
  if (watched.profile) onProfile?.(watched.profile)
  return judge({ page, perSecond, round }, said, watched)
}
