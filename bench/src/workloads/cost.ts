import { Child } from '../child.ts'
import type { CostCommands, Costs } from '../commands.ts'
import { toTimes, toWhole } from '../numbers.ts'
import { median } from '../statistics.ts'
import type { Workload } from '../workload.ts'

/** What a call costs its caller, beside one `JSON.stringify` of the same update. */
export const cost: Workload = {
  name: 'cost',
  title: 'Cost of a call',
  async measure({ machine, launch }, { costSamples }, say) {
    say('one process')
    await using child = new Child<CostCommands>('./cost.ts', { launch, core: machine.pinned?.server ?? null })
    const costs = await child.ask('measure', { samples: costSamples }, 300_000)
    const summary = summarizeCost(costs)
    return {
      name: 'cost',
      samples: { summary, ...costs },
      tables: [
        {
          title: `Cost of a call: beside JSON.stringify of the same update of ${costs.updateBytes} bytes (less is better)`,
          note: 'Nanoseconds an update, and how many times a JSON.stringify of it that is.',
          columns: ['ns', ''],
          rows: lines.map(([name, title]) => ({
            title,
            cells: [toWhole(summary[name].nanos), toTimes(summary[name].ratio)],
          })),
        },
      ],
      ratios: Object.fromEntries(lines.slice(1).map(([name]) => [`cost/${name}`, summary[name].ratio])),
    }
  },
}

const lines = [
  ['stringify', 'JSON.stringify'],
  ['call', 'status.tool(…)'],
  ['callAndDrain', '… and accepted, no reader'],
  ['callDrainAndRead', '… and accepted, read in this process'],
] as const

type Line = (typeof lines)[number][0]

/** Median nanoseconds an update, and how many times a `JSON.stringify` of the same update that is. */
export function summarizeCost(costs: Costs): Record<Line, { nanos: number; ratio: number }> {
  const base = median(costs.stringify)
  const summary = (name: Line) => ({ nanos: median(costs[name]), ratio: median(costs[name]) / base })
  return {
    stringify: summary('stringify'),
    call: summary('call'),
    callAndDrain: summary('callAndDrain'),
    callDrainAndRead: summary('callDrainAndRead'),
  }
}
