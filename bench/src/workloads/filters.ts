import { Child } from '../child.ts'
import { contenders } from '../contenders/registry.ts'
import { type FanOutTimes, orderOf } from '../fan-out.ts'
import type { FiltersLoadCommands } from '../filters-load.ts'
import { categoryCount, countOf, filterCount, wantedBy, wantedCount } from '../filters-numbers.ts'
import type { FiltersContender, FiltersServerCommands } from '../filters-server.ts'
import { toTimes, toWhole } from '../numbers.ts'
import type { Setting } from '../pair.ts'
import { planFor } from '../plan.ts'
import { median } from '../statistics.ts'
import type { Workload } from '../workload.ts'

const readers = 1_000
const endMs = 300_000

interface Case {
  readonly contender: FiltersContender
  readonly isFiltered: boolean
}

const cases: readonly Case[] = [
  { contender: 'raw-hundred', isFiltered: false },
  { contender: 'raw-hundred', isFiltered: true },
  { contender: 'telltale', isFiltered: false },
  { contender: 'telltale', isFiltered: true },
]

interface Sample extends Case {
  readonly round: number
  readonly deliveries: number
  readonly perSecond: number
  readonly cpuMicros: number
  readonly updatesPerMessage: number
}

/** Ten different filters over a thousand readers, who share what is read for their filter alone. */
export const filters: Workload = {
  name: 'filters',
  title: 'Filters',
  async measure(setting, options, say) {
    const samples: Sample[] = []
    for (let round = 0; round < options.rounds; round++) {
      for (const one of orderOf(cases, round)) {
        const sample = await run(setting, { ...one, round }, options)
        samples.push(sample)
        say(`${round + 1}/${options.rounds}, ${titleOf(one)}: ${toWhole(sample.perSecond)}/s`)
      }
    }
    const summaries = cases.map((one) => summarize(one, samples))
    const find = (contender: FiltersContender, isFiltered: boolean) =>
      summaries.find((summary) => summary.contender === contender && summary.isFiltered === isFiltered)
    const speed = (own: Summary | undefined, other: Summary | undefined): number =>
      (own?.perSecond ?? Number.NaN) / (other?.perSecond ?? Number.NaN)
    const cpu = (own: Summary | undefined, other: Summary | undefined): number =>
      (own?.cpuMicros ?? Number.NaN) / (other?.cpuMicros ?? Number.NaN)
    const [own, plain, raw] = [find('telltale', true), find('telltale', false), find('raw-hundred', true)]
    return {
      name: 'filters',
      samples: { summary: summaries, rounds: samples },
      tables: [
        {
          title: `Filters: ${filterCount} different ones over ${toWhole(readers)} readers of one conversation, beside the same readers without`,
          note:
            `Each filter lets ${wantedCount} of ${categoryCount} categories through, so a frame has half of the updates. The raw server ` +
            'encodes a frame for each filter. Ratios are to the raw server with the same filters.',
          columns: ['deliveries/s', '', 'CPU µs a delivery', '', 'a message'],
          rows: summaries.map((summary) => ({
            title: titleOf(summary),
            cells: [
              toWhole(summary.perSecond),
              toTimes(speed(summary, find('raw-hundred', summary.isFiltered))),
              summary.cpuMicros.toFixed(3),
              toTimes(cpu(summary, find('raw-hundred', summary.isFiltered))),
              summary.updatesPerMessage.toFixed(1),
            ],
          })),
        },
      ],
      ratios: {
        'filters/telltale': speed(own, raw),
        'filters/telltale/cpu': cpu(own, raw),
        'filters/telltale/unfiltered': speed(own, plain),
      },
    }
  },
}

async function run(
  { machine, launch }: Setting,
  one: Case & { round: number },
  { warmUpMs, measureMs }: FanOutTimes,
): Promise<Sample> {
  const { contender, isFiltered } = one
  const plan = planFor(readers, contenders[contender].gathers)
  const cores = machine.pinned
  await using server = new Child<FiltersServerCommands>('./filters-server.ts', {
    launch,
    core: cores?.server ?? null,
    options: launch.serverOptions,
  })
  await using load = new Child<FiltersLoadCommands>('./filters-load.ts', { launch, core: cores?.load ?? null })
  const ports = await server.ask('open', { contender })
  await load.ask('connect', { contender, ...ports, readers, ackEvery: plan.ackEvery, isFiltered })
  await server.ask('ready', { readers })
  let said = 0
  const produce = async (forMs: number, parsesAll: boolean) => {
    await load.ask('begin', { parsesAll })
    const produced = await server.ask('produce', { forMs, plan }, forMs + endMs)
    const got = await load.ask('end', null)
    const wanted = wantedUpdates(said + produced.updates, isFiltered) - wantedUpdates(said, isFiltered)
    said += produced.updates
    const { elapsedMs, cpuMs } = produced
    if (got.problem === null && got.updates === wanted) return { ...got, deliveries: wanted, elapsedMs, cpuMs }
    throw new Error(`${titleOf(one)}: ${got.updates} of ${wanted} deliveries. First problem: ${got.problem ?? 'none'}`)
  }
  await produce(warmUpMs, true)
  const { deliveries, messages, elapsedMs, cpuMs } = await produce(measureMs, false)
  return {
    ...one,
    deliveries,
    perSecond: (deliveries * 1_000) / elapsedMs,
    cpuMicros: (cpuMs * 1_000) / deliveries,
    updatesPerMessage: deliveries / messages,
  }
}

/** Deliveries that the first so many updates make. */
function wantedUpdates(updates: number, isFiltered: boolean): number {
  if (!isFiltered) return updates * readers
  const each = Array.from({ length: filterCount }, (_, filter) => countOf(wantedBy(filter), updates))
  return each.reduce((sum, count) => sum + count * (readers / filterCount), 0)
}

type Summary = ReturnType<typeof summarize>

function summarize({ contender, isFiltered }: Case, samples: readonly Sample[]) {
  const own = samples.filter((sample) => sample.contender === contender && sample.isFiltered === isFiltered)
  const middle = (pick: (sample: Sample) => number): number => median(own.map(pick))
  return {
    contender,
    isFiltered,
    perSecond: middle(({ perSecond }) => perSecond),
    cpuMicros: middle(({ cpuMicros }) => cpuMicros),
    updatesPerMessage: middle(({ updatesPerMessage }) => updatesPerMessage),
  }
}

function titleOf({ contender, isFiltered }: Case): string {
  const name = contender === 'telltale' ? 'Telltale' : 'raw ws'
  return `${name}, ${isFiltered ? `${filterCount} filters` : 'no filter'}`
}
