import { type ContenderName, contenders } from '../contenders/registry.ts'
import { type FanOutSample, measureFanOut, orderOf } from '../fan-out.ts'
import { toTimes, toWhole } from '../numbers.ts'
import { median } from '../statistics.ts'
import type { Workload } from '../workload.ts'

const readers = 100
const empty = 'standing-empty'

/** What may not make a delivery dearer. */
const cases = {
  history: 'standing-history',
  'long-history': 'standing-long-history',
  conversations: 'standing-conversations',
  categories: 'standing-categories',
} as const satisfies Record<string, ContenderName>

const all: readonly ContenderName[] = [empty, ...Object.values(cases)]

/** What a delivery costs a server that has much to carry beside. */
export const standing: Workload = {
  name: 'standing',
  title: 'Cost of what stands',
  async measure(setting, options, say) {
    const samples: FanOutSample[] = []
    for (let round = 0; round < options.rounds; round++) {
      for (const contender of orderOf(all, round)) {
        const sample = await measureFanOut(setting, { contender, readers, round }, options)
        samples.push(sample)
        say(`${round + 1}/${options.rounds}, ${contenders[contender].title}: ${toMicros(sample.serverCpuMicros)}`)
      }
    }
    const summaries = all.map((contender) => {
      const own = samples.filter((sample) => sample.contender === contender)
      return {
        contender,
        cpuMicros: median(own.map(({ serverCpuMicros }) => serverCpuMicros)),
        perSecond: median(own.map(({ deliveriesPerSecond }) => deliveriesPerSecond)),
        // Each beside the empty case of its own round: what disturbs the machine for long disturbs both.
        ratio: median(own.map(({ serverCpuMicros, round }) => serverCpuMicros / emptyCpuOf(samples, round))),
      }
    })
    return {
      name: 'standing',
      samples: { summary: summaries, rounds: samples },
      tables: [
        {
          title: `Cost of what stands: the server’s CPU time of a delivery in µs, ${readers} readers (less is better)`,
          note: 'The same run of Telltale alone, with more and more to carry. The empty case keeps 100 updates.',
          columns: ['CPU µs', '', 'deliveries/s'],
          rows: summaries.map(({ contender, cpuMicros, perSecond, ratio }) => ({
            title: contenders[contender].title,
            cells: [toMicros(cpuMicros), toTimes(ratio), toWhole(perSecond)],
          })),
        },
      ],
      ratios: Object.fromEntries(
        Object.entries(cases).map(([name, contender]) => [
          `standing/${name}`,
          summaries.find((summary) => summary.contender === contender)?.ratio ?? Number.NaN,
        ]),
      ),
    }
  },
}

function emptyCpuOf(samples: readonly FanOutSample[], round: number): number {
  const found = samples.find((sample) => sample.contender === empty && sample.round === round)
  return found?.serverCpuMicros ?? Number.NaN
}

const toMicros = (micros: number): string => micros.toFixed(3)
