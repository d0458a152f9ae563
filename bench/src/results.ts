import type { Launch } from './child.ts'
import type { Machine } from './machine.ts'
import type { BenchOptions } from './options.ts'
import { quantile } from './statistics.ts'
import type { Measured } from './workload.ts'

/** Everything that was measured, as it is written with `--json`. */
export interface Results {
  readonly startedAt: string
  readonly tookSeconds: number
  readonly machine: Machine
  readonly code: Launch['code']
  readonly options: BenchOptions
  readonly measured: readonly Measured[]
  /** What came to no end, and why. */
  readonly failed: readonly { readonly name: string; readonly problem: string }[]
}

/** The results with all ratios in front, for the file; what is only for people's eyes is left out. */
export function toJson({ measured, ...rest }: Results): object {
  return {
    ratios: Object.assign({}, ...measured.map(({ ratios }) => ratios)),
    ...rest,
    measured: measured.map(({ name, samples, ratios, tables }) => ({ name, ratios, tables, samples })),
  }
}

const numbersMax = 100

/** The same for a repository: of each long row of numbers only what it comes to. */
export function shorten(value: unknown): unknown {
  if (Array.isArray(value)) {
    const numbers = value.filter((item) => typeof item === 'number')
    if (value.length <= numbersMax || numbers.length < value.length) return value.map(shorten)
    const at = (share: number): number => quantile(numbers, share)
    return { count: numbers.length, min: at(0), p50: at(0.5), p99: at(0.99), max: at(1) }
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, shorten(item)]))
}
