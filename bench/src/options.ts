import type { ContenderName } from './contenders/registry.ts'
import type { FanOutTimes } from './fan-out.ts'

/** What is to be measured. How its parts start their processes is in the setting. */
export interface BenchOptions extends FanOutTimes {
  /** Everything is short, to see whether it works: the numbers mean little. */
  readonly isQuick: boolean
  readonly rounds: number
  /** Numbers of readers of the fan-out. */
  readonly readers: readonly number[]
  readonly contenders: readonly ContenderName[]
  readonly parts: readonly string[]
  readonly latencySamples: number
  readonly costSamples: number
}
