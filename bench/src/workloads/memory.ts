import { Child } from '../child.ts'
import { type ContenderName, contenders } from '../contenders/registry.ts'
import { orderOf } from '../fan-out.ts'
import type { MemoryLoadCommands } from '../memory-load.ts'
import type { MemoryServerCommands, Timers, Weight } from '../memory-server.ts'
import { toTimes, toWhole } from '../numbers.ts'
import type { Setting } from '../pair.ts'
import { median } from '../statistics.ts'
import type { Workload } from '../workload.ts'

/** Connections that do nothing but be there. */
interface Variant {
  readonly name: string
  readonly title: string
  readonly contender: ContenderName
  /** Whether each connection has a conversation of its own. */
  readonly isOwn: boolean
}

const variants: readonly Variant[] = [
  { name: 'raw', title: 'raw ws', contender: 'raw-single', isOwn: false },
  { name: 'telltale', title: 'Telltale, one conversation', contender: 'telltale', isOwn: false },
  { name: 'telltale-own', title: 'Telltale, a conversation each', contender: 'telltale', isOwn: true },
  { name: 'trpc', title: contenders['trpc-documented'].title, contender: 'trpc-documented', isOwn: false },
  { name: 'socket-io', title: contenders['socket-io'].title, contender: 'socket-io', isOwn: false },
]

/** They differ by less than a hundredth: more rounds would say nothing new. */
const roundsMax = 3
/** Files a process has open beside its connections. */
const filesAside = 200
const openMs = 300_000

interface Sample {
  readonly variant: string
  readonly round: number
  readonly connections: number
  readonly before: Weight
  readonly after: Weight
  readonly timers: Timers
  /** Of one connection. */
  readonly rssBytes: number
  readonly plainRssBytes: number
  readonly heapBytes: number
}

/** What a connection costs that is subscribed, and to which nothing is sent. */
export const memory: Workload = {
  name: 'memory',
  title: 'Memory of idle connections',
  async measure(setting, options, say) {
    const wanted = options.isQuick ? { first: 200, connections: 1_000 } : { first: 1_000, connections: 10_000 }
    const connections = Math.min(wanted.connections, openFilesMax() - filesAside - wanted.first)
    if (connections < 1) throw new Error('this process may not open enough files: raise `ulimit -n`')
    if (connections < wanted.connections)
      say(`only ${connections} connections, for the files that may be open (ulimit -n)`)
    const rounds = Math.min(roundsMax, options.rounds)
    const samples: Sample[] = []
    for (let round = 0; round < rounds; round++) {
      for (const variant of orderOf(variants, round)) {
        const sample = await weigh(setting, variant, { round, connections, first: wanted.first })
        samples.push(sample)
        say(`${round + 1}/${rounds}, ${variant.title}: ${toKib(sample.rssBytes)} KiB a connection`)
      }
    }
    const summaries = variants.map((variant) => summarize(variant, samples))
    const [raw] = summaries
    const ratio = (summary: Summary): number => summary.rssBytes / (raw?.rssBytes ?? Number.NaN)
    return {
      name: 'memory',
      samples: { summary: summaries, rounds: samples },
      tables: [
        {
          title: `Memory: KiB a connection, ${toWhole(connections)} idle connections with a subscription each (less is better)`,
          note:
            'Resident memory of the server’s process, when V8 has given back what it keeps in reserve; in brackets with the ' +
            'reserve, after an ordinary collection: how much that is depends on how busy the process was before.',
          columns: ['resident', '', 'with reserve', 'of it JS heap', 'timers in all'],
          rows: summaries.map((summary) => ({
            title: summary.title,
            cells: [
              toKib(summary.rssBytes),
              toTimes(ratio(summary)),
              `(${toKib(summary.plainRssBytes)})`,
              toKib(summary.heapBytes),
              toWhole(summary.timers),
            ],
          })),
        },
      ],
      ratios: Object.fromEntries(summaries.slice(1).map((summary) => [`memory/${summary.name}`, ratio(summary)])),
    }
  },
}

/** The first connections pay for what a process loads and compiles once, so they are not counted. */
async function weigh(
  { machine, launch }: Setting,
  { name, contender, isOwn }: Variant,
  { round, connections, first }: { round: number; connections: number; first: number },
): Promise<Sample> {
  const cores = machine.pinned
  await using server = new Child<MemoryServerCommands>('./memory-server.ts', {
    launch,
    core: cores?.server ?? null,
    options: ['--disable-warning=ExperimentalWarning'],
  })
  await using load = new Child<MemoryLoadCommands>('./memory-load.ts', { launch, core: cores?.load ?? null })
  const { port } = await server.ask('open', { contender })
  await load.ask('connect', { contender, port, count: first, isOwn })
  await server.ask('ready', { readers: first })
  const before = await server.ask('weigh', null)
  await load.ask('connect', { contender, port, count: connections, isOwn }, openMs)
  await server.ask('ready', { readers: first + connections })
  const after = await server.ask('weigh', null, openMs)
  const timers = await server.ask('countTimers', null)
  await load.ask('check', null)
  const each = (pick: (weight: Weight) => number): number => (pick(after) - pick(before)) / connections
  return {
    variant: name,
    round,
    connections,
    before,
    after,
    timers,
    rssBytes: each(({ rssBytes }) => rssBytes),
    plainRssBytes: each(({ plainRssBytes }) => plainRssBytes),
    heapBytes: each(({ heapBytes }) => heapBytes),
  }
}

interface Summary {
  readonly name: string
  readonly title: string
  readonly rssBytes: number
  readonly plainRssBytes: number
  readonly heapBytes: number
  readonly timers: number
}

function summarize({ name, title }: Variant, samples: readonly Sample[]): Summary {
  const own = samples.filter(({ variant }) => variant === name)
  const middle = (pick: (sample: Sample) => number): number => median(own.map(pick))
  return {
    name,
    title,
    rssBytes: middle(({ rssBytes }) => rssBytes),
    plainRssBytes: middle(({ plainRssBytes }) => plainRssBytes),
    heapBytes: middle(({ heapBytes }) => heapBytes),
    timers: middle(({ timers }) => timers.all),
  }
}

const toKib = (bytes: number): string => (bytes / 1_024).toFixed(1)

/** How many files a process of ours may have open; more than enough where that is not known. */
function openFilesMax(): number {
  const report = process.report.getReport() as { userLimits?: { open_files?: { soft: string | number } } }
  const soft = Number(report.userLimits?.open_files?.soft)
  return Number.isNaN(soft) ? Number.POSITIVE_INFINITY : soft
}
