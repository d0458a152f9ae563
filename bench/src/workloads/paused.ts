import { Child } from '../child.ts'
import { type ContenderName, contenders } from '../contenders/registry.ts'
import { orderOf } from '../fan-out.ts'
import { toTimes, toWhole } from '../numbers.ts'
import type { Setting } from '../pair.ts'
import type { PausedLoadCommands } from '../paused-load.ts'
import type { PausedServerCommands, Poured } from '../paused-server.ts'
import { planFor } from '../plan.ts'
import { median } from '../statistics.ts'
import { draftOf, updateOf } from '../update.ts'
import type { Workload } from '../workload.ts'

const compared: readonly ContenderName[] = ['raw-hundred', 'trpc-documented', 'telltale']
/** Those who go on reading. */
const readers = 10
/** The slowest contender would take minutes. */
const withinMs = 25_000
const warmUpWithinMs = 10_000
const drainMs = 120_000

interface Sample extends Poured {
  readonly contender: ContenderName
  readonly round: number
  readonly isPaused: boolean
  readonly saidMegabytes: number
  readonly grownMegabytes: number
  readonly perSecond: number
}

/** What one reader who does not read does to the server, and to the others. */
export const paused: Workload = {
  name: 'paused',
  title: 'A paused reader',
  async measure(setting, options, say) {
    const megabytes = options.isQuick ? 20 : 100
    const runs = compared.flatMap((contender) => [false, true].map((isPaused) => ({ contender, isPaused })))
    const samples: Sample[] = []
    for (let round = 0; round < options.rounds; round++) {
      for (const run of orderOf(runs, round)) {
        const sample = await pour(setting, { ...run, round, megabytes })
        samples.push(sample)
        const what = run.isPaused ? 'one of them paused' : 'all read'
        say(
          `${round + 1}/${options.rounds}, ${contenders[run.contender].title}, ${what}: ` +
            `${toWhole(sample.perSecond)}/s, +${sample.grownMegabytes.toFixed(0)} MB`,
        )
      }
    }
    const summaries = compared.map((contender) => summarize(contender, samples))
    const own = summaries.find(({ contender }) => contender === 'telltale')
    return {
      name: 'paused',
      samples: { summary: summaries, rounds: samples },
      tables: [
        {
          title: `A paused reader: what ${readers} others get while it takes nothing, and what the server holds for it`,
          note:
            `Deliveries a second to the ${readers}, when all eleven read and when one is paused; the growth of the server’s ` +
            'resident memory over the same run, at its highest, after as much was said to all of them. Who is slow was stopped after 25 seconds: “said” is how much went to the conversation by then.',
          columns: ['all read', 'one paused', '', 'grown by', 'with one paused', 'said'],
          rows: summaries.map((summary) => ({
            title: contenders[summary.contender].title,
            cells: [
              `${toWhole(summary.reading.perSecond)}/s`,
              `${toWhole(summary.paused.perSecond)}/s`,
              toTimes(summary.throughput),
              `${toWhole(summary.reading.grownMegabytes)} MB`,
              `${toWhole(summary.paused.grownMegabytes)} MB`,
              `${toWhole(summary.paused.saidMegabytes)} MB`,
            ],
          })),
        },
      ],
      ratios: {
        'paused/throughput': own?.throughput ?? Number.NaN,
        'paused/megabytes': own?.paused.grownMegabytes ?? Number.NaN,
      },
    }
  },
}

async function pour(
  { machine, launch }: Setting,
  run: { contender: ContenderName; isPaused: boolean; round: number; megabytes: number },
): Promise<Sample> {
  const { contender, isPaused, round } = run
  const plan = planFor(readers + 1, contenders[contender].gathers)
  const cores = machine.pinned
  await using server = new Child<PausedServerCommands>('./paused-server.ts', {
    launch,
    core: cores?.server ?? null,
    options: launch.serverOptions,
  })
  await using load = new Child<PausedLoadCommands>('./paused-load.ts', { launch, core: cores?.load ?? null })
  const ports = await server.ask('open', { contender })
  await load.ask('connect', { contender, ...ports, readers, ackEvery: plan.ackEvery })
  await server.ask('ready', { readers: readers + 1 })

  const produce = async (updates: number, forMs: number): Promise<Poured> => {
    await load.ask('begin', null)
    const poured = await server.ask('produce', { updates, withinMs: forMs, plan }, forMs + drainMs)
    const { updates: got, missed, disordered, problem } = await load.ask('end', null)
    const wanted = poured.updates * readers
    if (problem === null && missed === 0 && disordered === 0 && got === wanted) return poured
    throw new Error(
      `${contenders[contender].title} beside a paused reader: ${got} of ${wanted} deliveries, ${missed} missed, ` +
        `${disordered} out of order. First problem: ${problem ?? 'none'}`,
    )
  }
  const updateBytes = JSON.stringify(updateOf(draftOf(1))).length
  const updates = Math.ceil((run.megabytes * 1e6) / updateBytes)
  // All read until V8 has taken the memory that it works with at this pace: what comes then comes of the one that does not.
  await produce(updates, warmUpWithinMs)
  if (isPaused) await load.ask('pause', null)
  const poured = await produce(updates, withinMs)
  return {
    ...poured,
    contender,
    round,
    isPaused,
    saidMegabytes: (poured.updates * updateBytes) / 1e6,
    grownMegabytes: (poured.rssPeakBytes - poured.rssBeforeBytes) / 1e6,
    perSecond: (poured.updates * readers * 1_000) / poured.elapsedMs,
  }
}

function summarize(contender: ContenderName, samples: readonly Sample[]) {
  const of = (isPaused: boolean) => {
    const own = samples.filter((sample) => sample.contender === contender && sample.isPaused === isPaused)
    const middle = (pick: (sample: Sample) => number): number => median(own.map(pick))
    return {
      perSecond: middle(({ perSecond }) => perSecond),
      grownMegabytes: middle(({ grownMegabytes }) => grownMegabytes),
      saidMegabytes: middle(({ saidMegabytes }) => saidMegabytes),
    }
  }
  const reading = of(false)
  const withPaused = of(true)
  return { contender, reading, paused: withPaused, throughput: withPaused.perSecond / reading.perSecond }
}
