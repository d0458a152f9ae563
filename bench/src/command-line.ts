import { parseArgs } from 'node:util'
import type { Launch } from './child.ts'
import { type ContenderName, contenderNames, contenders } from './contenders/registry.ts'
import type { BenchOptions } from './options.ts'
import { type WorkloadName, workloadNames } from './workloads/registry.ts'

/** What the command line asks for. */
export interface CommandLine {
  readonly options: BenchOptions & { readonly parts: readonly WorkloadName[] }
  readonly launch: Launch
  readonly outputs: Outputs
}

/** Files that are written beside the text. */
export interface Outputs {
  readonly json: string | null
  readonly markdown: string | null
  readonly svg: string | null
  /** Also writes to where the README shows it. */
  readonly write: boolean
}

const external = contenderNames.filter((name) => contenders[name].isExternal)
const usual = contenderNames.filter((name) => !contenders[name].isExternal && !contenders[name].isTrial)

/** What is measured unless more is asked for: some minutes. */
const shortParts: readonly WorkloadName[] = ['fan-out', 'cost', 'latency']

export const usage = `npm run bench -- [options]
  --quick              one short round of everything, to see that it works
  --rounds N           rounds; medians are taken over them (5)
  --readers 1,100      numbers of readers of the fan-out (1,100,1000)
  --contenders a,b     of the fan-out: some of ${usual.join(', ')}
  --uwebsockets PATH   the folder of the package uWebSockets.js, which then takes part in the fan-out
  --phoenix COMMAND    starts a Phoenix server, which then takes part in the fan-out (bench/README.md says how)
  --parts a,b          some of ${workloadNames.join(', ')};
                       or all, which takes most of an hour (${shortParts.join(',')})
  --json FILE          writes every sample
  --markdown FILE      writes the tables
  --svg FILE           draws the fan-out
  --write              writes what the README shows: its tables and pictures, and bench/results.json; measures all parts
  --built              measures the packages as they were last built, not their sources
  --profile DIR        leaves a CPU profile of each server in DIR`

/** Reads the command line. Throws a sentence for what it does not understand; answers `null` when help is asked for. */
export function parseCommandLine(args: readonly string[]): CommandLine | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      readers: { type: 'string', default: '1,100,1000' },
      contenders: { type: 'string', default: usual.join() },
      uwebsockets: { type: 'string' },
      phoenix: { type: 'string' },
      parts: { type: 'string' },
      json: { type: 'string' },
      markdown: { type: 'string' },
      svg: { type: 'string' },
      write: { type: 'boolean', default: false },
      built: { type: 'boolean', default: false },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return null
  const paths = { uwebsockets: values.uwebsockets, phoenix: values.phoenix }
  const named = toNames('contenders', values.contenders, contenderNames)
  const length = values.quick
    ? { warmUpMs: 400, measureMs: 700, latencySamples: 50, costSamples: 100 }
    : { warmUpMs: 4_000, measureMs: 2_000, latencySamples: 80, costSamples: 400 }
  return {
    options: {
      ...length,
      isQuick: values.quick,
      rounds: toCount('rounds', values.rounds ?? (values.quick ? '1' : '5')),
      readers: toSet(values.readers.split(',').map((text) => toCount('readers', text))),
      contenders: withExternal(named, paths),
      parts: toParts(values.parts ?? (values.write ? 'all' : shortParts.join())),
    },
    launch: {
      code: values.built ? 'built' : 'source',
      serverOptions: values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`],
      paths,
    },
    outputs: {
      json: values.json ?? null,
      markdown: values.markdown ?? null,
      svg: values.svg ?? null,
      write: values.write,
    },
  }
}

const toParts = (text: string): WorkloadName[] =>
  text === 'all' ? [...workloadNames] : toNames('parts', text, workloadNames)

/** Who is no part of the workspace takes part when its path is given, and not without. */
function withExternal(named: readonly ContenderName[], paths: Launch['paths']): ContenderName[] {
  const missing = external.find((name) => named.includes(name) && paths?.[name] === undefined)
  if (missing) throw new Error(`--contenders: ${missing} needs its path, with --${missing}`)
  return contenderNames.filter((name) => named.includes(name) || paths?.[name] !== undefined)
}

function toCount(name: string, text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1 && count <= 10_000) return count
  throw new Error(`--${name}: ${text} is no whole number from 1 to 10000`)
}

function toNames<TName extends string>(option: string, text: string, known: readonly TName[]): TName[] {
  const names = text.split(',').map((name) => {
    const found = known.find((one) => one === name)
    if (found !== undefined) return found
    throw new Error(`--${option}: ${name} is none of ${known.join(', ')}`)
  })
  return toSet(names)
}

const toSet = <T>(items: readonly T[]): T[] => [...new Set(items)]
