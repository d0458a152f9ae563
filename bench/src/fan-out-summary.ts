import type { ContenderName } from './contenders/registry.ts'
import type { FanOutSample } from './fan-out.ts'
import { median } from './statistics.ts'

/** What the rounds of a contender with so many readers come to: medians over them. */
export interface FanOutSummary {
  readonly contender: ContenderName
  readonly readers: number
  readonly rounds: number
  readonly deliveriesPerSecond: number
  readonly slowest: number
  readonly fastest: number
  readonly serverCpuMicros: number
  readonly bytesPerUpdate: number
  readonly wireBytesPerUpdate: number
  readonly updatesPerMessage: number
  readonly serverBusy: number
  readonly loadBusy: number
  /** To the mark of the same round, if that was measured. */
  readonly ratio: Ratio | null
  /** How much of the mark's efficiency: its server CPU of a delivery ÷ the own. */
  readonly cpuRatio: Ratio | null
}

/** The median of the rounds' ratios, the lowest and the highest. */
export interface Ratio {
  readonly middle: number
  readonly low: number
  readonly high: number
}

/** Medians over the rounds; a round's ratio is taken within the round, so that a slow minute of the machine harms both. */
export function summarizeFanOut(
  samples: readonly FanOutSample[],
  { contender, readers, mark }: { contender: ContenderName; readers: number; mark: ContenderName },
): FanOutSummary | null {
  const of = (name: ContenderName): FanOutSample[] =>
    samples.filter((sample) => sample.contender === name && sample.readers === readers)
  const own = of(contender)
  if (own.length === 0) return null
  const marks = new Map(of(mark).map((sample) => [sample.round, sample]))
  const ratioOf = (pick: (own: FanOutSample, mark: FanOutSample) => number): Ratio | null => {
    const ratios = own.flatMap((sample) => {
      const marked = marks.get(sample.round)
      return marked ? [pick(sample, marked)] : []
    })
    return ratios.length === 0 ? null : { middle: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios) }
  }
  const middle = (pick: (sample: FanOutSample) => number): number => median(own.map(pick))
  const speeds = own.map((sample) => sample.deliveriesPerSecond)
  return {
    contender,
    readers,
    rounds: own.length,
    deliveriesPerSecond: median(speeds),
    slowest: Math.min(...speeds),
    fastest: Math.max(...speeds),
    serverCpuMicros: middle((sample) => sample.serverCpuMicros),
    bytesPerUpdate: middle((sample) => sample.bytesPerUpdate),
    wireBytesPerUpdate: middle((sample) => sample.wireBytesPerUpdate),
    updatesPerMessage: middle((sample) => sample.updatesPerMessage),
    serverBusy: middle((sample) => sample.serverBusy),
    loadBusy: middle((sample) => sample.loadBusy),
    ratio: ratioOf((sample, marked) => sample.deliveriesPerSecond / marked.deliveriesPerSecond),
    cpuRatio: ratioOf((sample, marked) => marked.serverCpuMicros / sample.serverCpuMicros),
  }
}
