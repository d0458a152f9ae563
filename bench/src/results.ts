import type { Costs } from './commands.ts'
import type { ContenderName } from './contenders/registry.ts'
import type { FanOutSample } from './fan-out.ts'
import type { Machine } from './machine.ts'
import type { BenchOptions } from './options.ts'
import { median, quantile } from './statistics.ts'

/** Everything that was measured, as it is written with `--json`. */
export interface Results {
  readonly startedAt: string
  readonly tookSeconds: number
  readonly machine: Machine
  readonly options: BenchOptions
  readonly fanOut: readonly FanOutSample[]
  readonly cost: Costs | null
  /** Microseconds, over all rounds. */
  readonly latency: Readonly<Partial<Record<ContenderName, readonly number[]>>>
}

/** What the rounds of a contender with so many readers come to. */
export interface FanOutSummary {
  readonly contender: ContenderName
  readonly readers: number
  readonly rounds: number
  readonly deliveriesPerSecond: number
  readonly slowest: number
  readonly fastest: number
  readonly serverCpuMicros: number
  readonly bytesPerUpdate: number
  readonly updatesPerMessage: number
  readonly serverBusy: number
  readonly loadBusy: number
}

/** Medians over the rounds. */
export function summarizeFanOut(
  samples: readonly FanOutSample[],
  contender: ContenderName,
  readers: number,
): FanOutSummary | null {
  const own = samples.filter((sample) => sample.contender === contender && sample.readers === readers)
  if (own.length === 0) return null
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
    updatesPerMessage: middle((sample) => sample.updatesPerMessage),
    serverBusy: middle((sample) => sample.serverBusy),
    loadBusy: middle((sample) => sample.loadBusy),
  }
}

/** Median nanoseconds an update, and how many times a `JSON.stringify` of the same update that is. */
export function summarizeCost(costs: Costs) {
  const base = median(costs.stringify)
  const summary = (samples: readonly number[]) => {
    const nanos = median(samples)
    return { nanos, ratio: nanos / base }
  }
  return {
    updateBytes: costs.updateBytes,
    stringify: summary(costs.stringify),
    call: summary(costs.call),
    callAndDrain: summary(costs.callAndDrain),
    callDrainAndRead: summary(costs.callDrainAndRead),
  }
}

/** The middle and the tail of the latencies, in microseconds. */
export function summarizeLatency(micros: readonly number[]) {
  return { samples: micros.length, p50: quantile(micros, 0.5), p99: quantile(micros, 0.99) }
}

/** The results with what they come to, for the file. */
export function toJson(results: Results): object {
  const { fanOut, cost, latency, options } = results
  const pairs = options.readers.flatMap((readers) => options.contenders.map((contender) => ({ readers, contender })))
  return {
    summary: {
      fanOut: pairs
        .map(({ readers, contender }) => summarizeFanOut(fanOut, contender, readers))
        .filter((summary) => summary !== null),
      cost: cost && summarizeCost(cost),
      latencyMicros: Object.fromEntries(
        Object.entries(latency).map(([contender, micros]) => [contender, summarizeLatency(micros)]),
      ),
    },
    ...results,
  }
}
