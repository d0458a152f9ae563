import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { queryObjects, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { answerCommands } from './commands.ts'
import type { Served } from './contenders/contender.ts'
import { type ContenderName, contenders } from './contenders/registry.ts'

// The process with a contender's server whose connections do nothing.

/** What the driver asks of it. */
export type MemoryServerCommands = {
  open: { ask: { contender: ContenderName }; answer: { port: number } }
  /** Answered when the server has so many readers. */
  ready: { ask: { readers: number }; answer: null }
  /** Answered when nothing more is given back. */
  weigh: { ask: null; answer: Weight }
  /** To be asked last: the look through the heap costs memory itself. */
  countTimers: { ask: null; answer: Timers }
}

/** What a process holds when it is at rest. */
export interface Weight {
  /** Resident after an ordinary collection, with what V8 keeps in reserve. */
  readonly plainRssBytes: number
  /** Resident when the reserve is given back, too. */
  readonly rssBytes: number
  readonly heapBytes: number
}

/** The timers of a process. */
export interface Timers {
  /** Those that run, and keep the process alive. */
  readonly active: number
  /** Every timer object there is: also those that keep nothing alive, of which node itself tells nothing. */
  readonly all: number
}

/** Memory is at rest when it changed by less than this between two looks, so many times in a row. */
const stillBytes = 256 * 1_024
const stillLooks = 3
const lookEveryMs = 250
const looksMax = 40

/** After the last resort V8 keeps nothing in reserve, as it does by itself when a process has been idle for a while. */
type Flavor = 'regular' | 'last-resort'
type Collect = (how: { type: 'major'; execution: 'sync'; flavor: Flavor }) => void

const collect = exposeCollector()
const timerConstructor = findTimerConstructor()

let served: Served | null = null

answerCommands<MemoryServerCommands>({
  async open({ contender }) {
    served = await (await contenders[contender].load()).serve()
    return { port: served.port }
  },

  async ready({ readers }) {
    while (served?.readers() !== readers) await setTimeout(20)
    return null
  },

  async weigh() {
    await rest('regular')
    const plainRssBytes = residentBytes()
    await rest('last-resort')
    const rssBytes = residentBytes()
    const { heapUsed } = process.memoryUsage()
    return { plainRssBytes, rssBytes, heapBytes: heapUsed }
  },

  countTimers: () => ({
    active: process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length,
    all: queryObjects(timerConstructor, { format: 'count' }),
  }),
})

/** Collects until the process is as small as it gets. */
async function rest(flavor: Flavor): Promise<void> {
  let before = Number.POSITIVE_INFINITY
  let still = 0
  for (let look = 0; look < looksMax && still < stillLooks; look++) {
    collect({ type: 'major', execution: 'sync', flavor })
    await setTimeout(lookEveryMs)
    const now = residentBytes()
    still = Math.abs(before - now) < stillBytes ? still + 1 : 0
    before = now
  }
}

function residentBytes(): number {
  try {
    // The kernel's cheap figure, which node reads, may lag by some pages of each thread; this one is counted.
    const [, kib] = /^Rss:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/smaps_rollup', 'utf8')) ?? []
    if (kib !== undefined) return Number(kib) * 1_024
  } catch {
    // Not on Linux.
  }
  return process.memoryUsage.rss()
}

function exposeCollector(): Collect {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as Collect
}

function findTimerConstructor(): Parameters<typeof queryObjects>[0] {
  const timer = globalThis.setTimeout(() => undefined, 0)
  clearTimeout(timer)
  return timer.constructor
}
