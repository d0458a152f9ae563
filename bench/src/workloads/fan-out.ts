import { type ContenderName, contenders, mark } from '../contenders/registry.ts'
import { busyFrom, type FanOutSample, measureFanOut, orderOf } from '../fan-out.ts'
import { type FanOutSummary, type Ratio, summarizeFanOut } from '../fan-out-summary.ts'
import { toTimes, toWhole } from '../numbers.ts'
import type { BenchOptions } from '../options.ts'
import type { Setting } from '../pair.ts'
import type { Bar, Figure, Measured, Table, Workload } from '../workload.ts'

const title = 'Fan-out: deliveries a second of one conversation'

/** One conversation, 1, 100 and 1,000 readers, everybody in turn. */
export const fanOut: Workload = {
  name: 'fan-out',
  title,
  async measure(setting, options, say) {
    const samples = await measureAll(setting, options, say)
    const summaries = options.readers.map((readers) => ({
      readers,
      of: new Map(
        options.contenders.flatMap((contender) => {
          const summary = summarizeFanOut(samples, { contender, readers, mark })
          return summary ? [[contender, summary] as const] : []
        }),
      ),
    }))
    const columns = { contenders: options.contenders, groups: summaries }
    return {
      name: 'fan-out',
      samples: { summary: summaries.flatMap(({ of }) => [...of.values()]), rounds: samples },
      tables: [speedTable(columns), cpuTable(columns), sizeTable(columns)],
      ratios: toRatios(summaries.flatMap(({ of }) => [...of.values()])),
      figure: toFigure(columns),
    } satisfies Measured
  },
}

interface Columns {
  readonly contenders: readonly ContenderName[]
  readonly groups: readonly { readonly readers: number; readonly of: ReadonlyMap<ContenderName, FanOutSummary> }[]
}

async function measureAll(
  setting: Setting,
  options: BenchOptions,
  say: (progress: string) => void,
): Promise<FanOutSample[]> {
  const samples: FanOutSample[] = []
  for (let round = 0; round < options.rounds; round++) {
    for (const readers of options.readers) {
      for (const contender of orderOf(options.contenders, round)) {
        const sample = await measureFanOut(setting, { contender, readers, round }, options)
        samples.push(sample)
        const speed = toWhole(sample.deliveriesPerSecond)
        say(`${round + 1}/${options.rounds}, ${toReaders(readers)}, ${contenders[contender].title}: ${speed}/s`)
      }
    }
  }
  return samples
}

function speedTable(columns: Columns): Table {
  return toTable(columns, {
    title: `${title}, and the ratio to ${contenders[mark].title} (more is better)`,
    note:
      'Medians; in brackets the ratios of the slowest and the fastest round. ' +
      '* held back by the readers, whose core was the busier one: the server could do more. ' +
      '~ neither core was busy: something else had the machine, and the CPU time tells more. ' +
      'Every update reached every reader once and in order.',
    cells: (own) => [`${toWhole(own.deliveriesPerSecond)}${heldBackBy(own)}`, toRange(own.ratio)],
  })
}

function cpuTable(columns: Columns): Table {
  return toTable(columns, {
    title: 'Fan-out: the server’s CPU time of a delivery in µs, and how much of the mark’s efficiency that is',
    note: 'Neither the readers nor other programs on the machine change it much. The ratio is turned round: more is better.',
    cells: (own) => [own.serverCpuMicros.toFixed(own.serverCpuMicros < 1 ? 3 : 2), toRange(own.cpuRatio)],
  })
}

function sizeTable(columns: Columns): Table {
  return toTable(columns, {
    title: 'Fan-out: payload of an update in bytes, envelope included, and updates of one message',
    cells: (own) => [own.bytesPerUpdate.toFixed(0), own.updatesPerMessage.toFixed(1)],
  })
}

/** Two columns for each number of readers. */
function toTable(
  { contenders: names, groups }: Columns,
  { title, note, cells }: { title: string; note?: string; cells: (own: FanOutSummary) => [string, string] },
): Table {
  return {
    title,
    ...(note !== undefined && { note }),
    columns: groups.flatMap(({ readers }) => [toReaders(readers), '']),
    rows: names.map((name) => ({
      title: contenders[name].title,
      cells: groups.flatMap(({ of }) => {
        const own = of.get(name)
        return own ? cells(own) : ['', '']
      }),
    })),
  }
}

function toRatios(summaries: readonly FanOutSummary[]): Record<string, number> {
  return Object.fromEntries(
    summaries.flatMap(({ contender, readers, ratio, cpuRatio }) => {
      const name = `fan-out/${readers}/${contender}`
      return ratio && cpuRatio
        ? [
            [name, ratio.middle],
            [`${name}/cpu`, cpuRatio.middle],
          ]
        : []
    }),
  )
}

function toFigure({ contenders: names, groups }: Columns): Figure {
  return {
    title: 'Deliveries a second',
    panels: groups.map(({ readers, of }) => ({
      title: toReaders(readers),
      bars: names.flatMap((name): Bar[] => {
        const own = of.get(name)
        if (!own) return []
        const { deliveriesPerSecond: value, slowest: low, fastest: high } = own
        const ratio = own.ratio ? { ratio: own.ratio.middle } : {}
        return [{ title: contenders[name].title, value, low, high, ...ratio, role: roleOf(name) }]
      }),
    })),
  }
}

function roleOf(name: ContenderName): Bar['role'] {
  if (name === mark) return 'mark'
  return name === 'telltale' ? 'own' : 'peer'
}

function toRange(ratio: Ratio | null): string {
  if (!ratio) return ''
  const { middle, low, high } = ratio
  if (low === high) return toTimes(middle)
  const short = (value: number): string => toTimes(value).replace(' ×', '')
  return `${toTimes(middle)} (${short(low)}–${short(high)})`
}

/** A server that was not busy was not the limit of its own run. */
function heldBackBy({ serverBusy, loadBusy }: FanOutSummary): string {
  if (serverBusy >= busyFrom) return ''
  return loadBusy >= busyFrom ? '*' : '~'
}

const toReaders = (readers: number): string => `${toWhole(readers)} reader${readers === 1 ? '' : 's'}`
