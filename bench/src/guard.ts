import { type ContenderName, mark } from './contenders/registry.ts'
import { type FanOutSample, type FanOutTimes, orderOf, runFanOut } from './fan-out.ts'
import { summarizeFanOut } from './fan-out-summary.ts'
import type { Setting } from './pair.ts'

const own: ContenderName = 'telltale'

/** What the guard found: ratios to the mark, more is better. */
export interface Verdict {
  /** The better of the two that follow. */
  readonly ratio: number
  readonly throughput: number
  readonly efficiency: number
  readonly rounds: number
}

export interface GuardPlan extends FanOutTimes {
  /** Below it the verdict is looked at twice. */
  readonly floor: number
  readonly readers: number
  readonly rounds: number
  /** So many more when the first ones were below the floor; the medians are then over all. */
  readonly moreRounds: number
}

/** Telltale beside the mark in one run, alternating, as short as it can be told apart from noise. */
export async function guardFanOut(setting: Setting, plan: GuardPlan): Promise<Verdict> {
  const samples: FanOutSample[] = []
  const measure = async (rounds: number): Promise<Verdict> => {
    const first = samples.length / 2
    for (let round = first; round < first + rounds; round++) {
      for (const contender of orderOf([mark, own], round)) {
        samples.push(await runFanOut(setting, { contender, readers: plan.readers, round }, plan))
      }
    }
    return judge(samples)
  }
  const verdict = await measure(plan.rounds)
  return verdict.ratio >= plan.floor ? verdict : await measure(plan.moreRounds)
}

/**
 * The better of two medians. Other programs on the machine spoil a throughput, most of all the readers' own core;
 * the server's CPU time they change little. A slower server is worse in both.
 */
export function judge(samples: readonly FanOutSample[]): Verdict {
  const [readers = 0] = samples.map((sample) => sample.readers)
  const summary = summarizeFanOut(samples, { contender: own, readers, mark })
  if (!summary?.ratio || !summary.cpuRatio) throw new Error('the guard needs both in a round')
  const throughput = summary.ratio.middle
  const efficiency = summary.cpuRatio.middle
  return { ratio: Math.max(throughput, efficiency), throughput, efficiency, rounds: summary.rounds }
}
