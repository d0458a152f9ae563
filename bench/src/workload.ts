import type { BenchOptions } from './options.ts'
import type { Setting } from './pair.ts'

/** One thing that is measured, beside the mark. */
export interface Workload {
  /** As it is named with `--parts`. */
  readonly name: string
  readonly title: string
  /** Measures all rounds, contenders in turn. Throws when an update is lost, doubled or disordered. */
  measure(setting: Setting, options: BenchOptions, say: (progress: string) => void): Promise<Measured>
}

/** What came of it: raw samples for the JSON, tables for people, figures to draw. */
export interface Measured {
  readonly name: string
  /** Everything that was measured, as JSON. */
  readonly samples: unknown
  readonly tables: readonly Table[]
  /** Named ratios that the guard, the README and the guides look at: `{ 'fan-out/100/telltale': 0.97 }`. */
  readonly ratios: Readonly<Record<string, number>>
  readonly figure?: Figure
}

export interface Table {
  readonly title: string
  /** A sentence or two under the table. */
  readonly note?: string
  /** Without the first, which names the row. */
  readonly columns: readonly string[]
  readonly rows: readonly { readonly title: string; readonly cells: readonly string[] }[]
}

/** Bars to draw: one panel each for 1, 100 and 1,000 readers, and in each a bar for every contender. */
export interface Figure {
  readonly title: string
  readonly panels: readonly { readonly title: string; readonly bars: readonly Bar[] }[]
}

export interface Bar {
  readonly title: string
  readonly value: number
  /** The lowest and the highest of the rounds. */
  readonly low: number
  readonly high: number
  /** To the mark, written at the right. */
  readonly ratio?: number
  readonly role: 'mark' | 'own' | 'peer'
}
