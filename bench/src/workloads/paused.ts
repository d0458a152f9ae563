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
const withinMs = 12_000
const warmUpWithinMs = 10_000
const drainMs = 120_000
/** How often it is paused, where that does not take minutes. */
const pauses = 4

/** One process, which is compared with itself: all read, one is paused, all read, and so on. */
interface Sample {
  readonly contender: ContenderName
  readonly round: number
  /** One more than of the others. */
  readonly reading: readonly Stretch[]
  readonly paused: readonly Stretch[]
  /** What the others got during a pause, of what they got before and after; in the middle. */
  readonly throughput: number
}

interface Stretch extends Poured {
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
    const samples: Sample[] = []
    for (let round = 0; round < options.rounds; round++) {
      for (const contender of orderOf(compared, round)) {
        const sample = await pour(setting, { contender, round, megabytes })
        samples.push(sample)
        const own = summarize(contender, [sample])
        say(
          `${round + 1}/${options.rounds}, ${contenders[contender].title}: ${toWhole(own.reading.perSecond)}/s all, ` +
            `${toWhole(own.paused.perSecond)}/s beside a pause, ${toTimes(own.throughput)}, ` +
            `+${own.paused.grownMegabytes.toFixed(0)} MB`,
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
            `Deliveries a second to the ${readers}, when all eleven read and while one is paused, in turn in one process: the ` +
            'ratio is to the mean of before and after. The growth of the server’s resident memory over a stretch, at its highest, ' +
            'after as much was said to all of them. Who is slow was stopped after 12 seconds: “said” is how much went to the ' +
            'conversation by then.',
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
  { contender, round, megabytes }: { contender: ContenderName; round: number; megabytes: number },
): Promise<Sample> {
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

  const updateBytes = JSON.stringify(updateOf(draftOf(1))).length
  const produce = async (wantedMegabytes: number, forMs: number): Promise<Stretch> => {
    await load.ask('begin', null)
    const asked = { updates: Math.ceil((wantedMegabytes * 1e6) / updateBytes), withinMs: forMs, plan }
    const poured = await server.ask('produce', asked, forMs + drainMs)
    const { updates: got, missed, disordered, problem } = await load.ask('end', null)
    const wanted = poured.updates * readers
    if (problem !== null || missed > 0 || disordered > 0 || got !== wanted) {
      throw new Error(
        `${contenders[contender].title} beside a paused reader: ${got} of ${wanted} deliveries, ${missed} missed, ` +
          `${disordered} out of order. First problem: ${problem ?? 'none'}`,
      )
    }
    return {
      ...poured,
      saidMegabytes: (poured.updates * updateBytes) / 1e6,
      grownMegabytes: (poured.rssPeakBytes - poured.rssBeforeBytes) / 1e6,
      perSecond: (poured.updates * readers * 1_000) / poured.elapsedMs,
    }
  }
  // All read until V8 has taken the memory that it works with at this pace: what comes then comes of the one that does not.
  await produce(megabytes, warmUpWithinMs)
  const reading = [await produce(megabytes, withinMs)]
  const isSlow = (reading[0]?.saidMegabytes ?? 0) < megabytes
  const paused: Stretch[] = []
  for (let pause = 0; pause < (isSlow ? 1 : pauses); pause++) {
    await load.ask('pause', null)
    paused.push(await produce(megabytes, withinMs))
    await load.ask('resume', null)
    // It takes what was kept for it.
    await produce(megabytes / 4, warmUpWithinMs)
    reading.push(await produce(megabytes, withinMs))
  }
  return { contender, round, reading, paused, throughput: median(paused.map((own, at) => ratioTo(reading, own, at))) }
}

/** The machine's speed changes within seconds: what was right before and right after is what compares. */
function ratioTo(reading: readonly Stretch[], paused: Stretch, at: number): number {
  const beside = reading.slice(at, at + 2).map(({ perSecond }) => perSecond)
  return (paused.perSecond * beside.length) / beside.reduce((sum, speed) => sum + speed, 0)
}

function summarize(contender: ContenderName, samples: readonly Sample[]) {
  const own = samples.filter((sample) => sample.contender === contender)
  const middleOf = (pick: (sample: Sample) => readonly Stretch[]) => ({
    perSecond: median(own.flatMap((sample) => pick(sample).map(({ perSecond }) => perSecond))),
    saidMegabytes: median(own.flatMap((sample) => pick(sample).map(({ saidMegabytes }) => saidMegabytes))),
    // What a process took once it seldom gives back: the next pause takes it again.
    grownMegabytes: median(own.map((sample) => Math.max(...pick(sample).map(({ grownMegabytes }) => grownMegabytes)))),
  })
  return {
    contender,
    reading: middleOf(({ reading }) => reading),
    paused: middleOf(({ paused }) => paused),
    throughput: median(own.map(({ throughput }) => throughput)),
  }
}
