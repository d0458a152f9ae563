import { type ContenderName, contenders, mark } from '../contenders/registry.ts'
import { type FanOutSample, measureFanOut, orderOf } from '../fan-out.ts'
import { type FanOutSummary, summarizeFanOut } from '../fan-out-summary.ts'
import { toTimes, toWhole } from '../numbers.ts'
import type { Table, Workload } from '../workload.ts'

const trials: readonly ContenderName[] = [
  mark,
  'deflate-each',
  'deflate-shared',
  'deflate-shared-fast',
  'deflate-head-and-tail',
]
const readerCounts = [1, 100] as const

/** What permessage-deflate would cost, and spare, when what all readers share is compressed once a batch. */
export const deflate: Workload = {
  name: 'deflate',
  title: 'Compression',
  async measure(setting, options, say) {
    const samples: FanOutSample[] = []
    for (let round = 0; round < options.rounds; round++) {
      for (const readers of readerCounts) {
        for (const contender of orderOf(trials, round)) {
          say(`${round + 1}/${options.rounds}, ${readers}, ${contenders[contender].title}`)
          samples.push(await measureFanOut(setting, { contender, readers, round }, options))
        }
      }
    }
    const summaries = readerCounts.map((readers) => ({
      readers,
      of: trials.flatMap((contender) => summarizeFanOut(samples, { contender, readers, mark }) ?? []),
    }))
    return {
      name: 'deflate',
      samples: { summary: summaries.flatMap(({ of }) => of), rounds: samples },
      tables: summaries.map(({ readers, of }) => toTable(readers, of)),
      ratios: Object.fromEntries(
        summaries.flatMap(({ readers, of }) => of.flatMap((own) => toRatios(readers, own, of))),
      ),
    }
  },
}

function toTable(readers: number, summaries: readonly FanOutSummary[]): Table {
  const marked = summaries.find(({ contender }) => contender === mark)
  return {
    title: `Compression: raw frames of 100 updates to ${readers === 1 ? 'one reader' : `${readers} readers`}`,
    note:
      'Bytes that came over a socket for an update, the server’s CPU time of a delivery in µs, and deliveries a second, ' +
      'each with its ratio to the frames that are not compressed. The readers inflate, and hold back who is fast. ' +
      'The updates of a run are much alike: real ones compress less.',
    columns: ['bytes', '', 'CPU µs', '', 'deliveries/s', ''],
    rows: summaries.map((own) => ({
      title: own.contender === mark ? 'not compressed' : contenders[own.contender].title,
      cells: [
        own.wireBytesPerUpdate.toFixed(1),
        marked ? toTimes(own.wireBytesPerUpdate / marked.wireBytesPerUpdate) : '',
        own.serverCpuMicros.toFixed(own.serverCpuMicros < 1 ? 3 : 2),
        own.cpuRatio ? toTimes(1 / own.cpuRatio.middle) : '',
        toWhole(own.deliveriesPerSecond),
        own.ratio ? toTimes(own.ratio.middle) : '',
      ],
    })),
  }
}

function toRatios(readers: number, own: FanOutSummary, all: readonly FanOutSummary[]): [string, number][] {
  const marked = all.find(({ contender }) => contender === mark)
  if (own.contender === mark || !marked || !own.ratio || !own.cpuRatio) return []
  const name = `deflate/${readers}/${own.contender.replace('deflate-', '')}`
  return [
    [`${name}/bytes`, own.wireBytesPerUpdate / marked.wireBytesPerUpdate],
    [`${name}/cpu`, 1 / own.cpuRatio.middle],
    [name, own.ratio.middle],
  ]
}
