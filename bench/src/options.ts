import { parseArgs } from 'node:util'
import type { Launch } from './child.ts'
import { type ContenderName, contenderNames } from './contenders/registry.ts'
import type { FanOutTimes } from './fan-out.ts'

export const partNames = ['fan-out', 'cost', 'latency'] as const
export type PartName = (typeof partNames)[number]

/** What is to be measured. */
export interface BenchOptions extends FanOutTimes {
  readonly rounds: number
  readonly readers: readonly number[]
  readonly contenders: readonly ContenderName[]
  readonly parts: readonly PartName[]
  readonly latencySamples: number
  readonly costSamples: number
  readonly jsonFile: string | null
  readonly launch: Launch
}

export const usage = `npm run bench -- [options]
  --quick              one short round of everything, about a minute
  --rounds N           rounds of the fan-out and the latency; medians are taken over them (3)
  --readers 1,100      numbers of readers of the fan-out (1,100,1000)
  --contenders a,b     some of ${contenderNames.join(', ')}
  --parts a,b          some of ${partNames.join(', ')}
  --json FILE          writes every sample, too
  --built              measures the packages as they were last built, not their sources
  --profile DIR        leaves a CPU profile of each server in DIR`

/** Reads the command line. Throws a sentence for what it does not understand; answers `null` when help is asked for. */
export function parseOptions(args: readonly string[]): BenchOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      readers: { type: 'string', default: '1,100,1000' },
      contenders: { type: 'string', default: contenderNames.join() },
      parts: { type: 'string', default: partNames.join() },
      json: { type: 'string' },
      built: { type: 'boolean', default: false },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return null
  const length = values.quick
    ? { warmUpMs: 400, measureMs: 700, latencySamples: 50, costSamples: 100 }
    : { warmUpMs: 800, measureMs: 1_500, latencySamples: 80, costSamples: 400 }
  return {
    ...length,
    rounds: toCount('rounds', values.rounds ?? (values.quick ? '1' : '3')),
    readers: values.readers.split(',').map((text) => toCount('readers', text)),
    contenders: toNames('contenders', values.contenders, contenderNames),
    parts: toNames('parts', values.parts, partNames),
    jsonFile: values.json ?? null,
    launch: {
      code: values.built ? 'built' : 'source',
      serverOptions: values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`],
    },
  }
}

function toCount(name: string, text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1 && count <= 10_000) return count
  throw new Error(`--${name}: ${text} is no whole number from 1 to 10000`)
}

function toNames<TName extends string>(option: string, text: string, known: readonly TName[]): TName[] {
  return text.split(',').map((name) => {
    const found = known.find((one) => one === name)
    if (found !== undefined) return found
    throw new Error(`--${option}: ${name} is none of ${known.join(', ')}`)
  })
}
