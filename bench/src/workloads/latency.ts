import { type ContenderName, contenders } from '../contenders/registry.ts'
import { orderOf } from '../fan-out.ts'
import { latencyContenders, runLatency } from '../latency.ts'
import { toTimes } from '../numbers.ts'
import { quantile } from '../statistics.ts'
import type { Workload } from '../workload.ts'

/** How long a lone update takes from the call to the reader's socket. */
export const latency: Workload = {
  name: 'latency',
  title: 'Latency when idle',
  async measure(setting, options, say) {
    const samples: { contender: ContenderName; round: number; micros: readonly number[] }[] = []
    for (let round = 0; round < options.rounds; round++) {
      for (const contender of orderOf(latencyContenders, round)) {
        say(`${round + 1}/${options.rounds}, ${contenders[contender].title}`)
        samples.push({ contender, round, micros: await runLatency(setting, contender, options.latencySamples) })
      }
    }
    const summaries = latencyContenders.map((contender) => ({
      contender,
      ...summarizeLatency(samples.filter((sample) => sample.contender === contender).flatMap(({ micros }) => micros)),
    }))
    const [raw] = summaries
    const ratio = (own: number, marked: number | undefined): number => own / (marked ?? Number.NaN)
    return {
      name: 'latency',
      samples: { summary: summaries, rounds: samples },
      tables: [
        {
          title:
            'Latency: from the call to the reader’s socket in ms, 10 updates a second, one reader (less is better)',
          columns: ['p50', '', 'p99', '', 'updates'],
          rows: summaries.map(({ contender, p50, p99, updates }) => ({
            title: contenders[contender].title,
            cells: [
              toMs(p50),
              toTimes(ratio(p50, raw?.p50)),
              toMs(p99),
              toTimes(ratio(p99, raw?.p99)),
              String(updates),
            ],
          })),
        },
      ],
      ratios: Object.fromEntries(
        summaries.slice(1).flatMap(({ contender, p50, p99 }) => [
          [`latency/${contender}/p50`, ratio(p50, raw?.p50)],
          [`latency/${contender}/p99`, ratio(p99, raw?.p99)],
        ]),
      ),
    }
  },
}

/** The middle and the tail of the latencies, in microseconds. */
export function summarizeLatency(micros: readonly number[]) {
  return { updates: micros.length, p50: quantile(micros, 0.5), p99: quantile(micros, 0.99) }
}

const toMs = (micros: number): string => (micros / 1_000).toFixed(3)
