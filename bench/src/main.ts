import { writeFile } from 'node:fs/promises'
import { Child, killChildren } from './child.ts'
import type { CostCommands, Costs } from './commands.ts'
import { type ContenderName, contenders } from './contenders/registry.ts'
import { type FanOutSample, measureFanOut, orderOf } from './fan-out.ts'
import { latencyContenders, runLatency } from './latency.ts'
import { describeMachine } from './machine.ts'
import { type BenchOptions, parseOptions, usage } from './options.ts'
import type { Setting } from './pair.ts'
import { formatReport } from './report.ts'
import { type Results, toJson } from './results.ts'

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    killChildren()
    process.exit(130)
  })
}
process.once('exit', killChildren)

try {
  const options = parseOptions(process.argv.slice(2))
  if (options) await bench(options)
  else console.log(usage)
} catch (error) {
  console.error(error)
  process.exitCode = 1
}

async function bench(options: BenchOptions): Promise<void> {
  const started = new Date()
  const machine = describeMachine()
  const setting: Setting = { machine, launch: options.launch }
  const wants = (part: BenchOptions['parts'][number]): boolean => options.parts.includes(part)
  // The short parts first: they show early whether anything works at all.
  const cost = wants('cost') ? await measureCost(setting, options) : null
  const latency = wants('latency') ? await measureLatency(setting, options) : {}
  const fanOut = wants('fan-out') ? await measureAll(setting, options) : []
  const tookSeconds = (Date.now() - started.getTime()) / 1_000
  const results: Results = {
    startedAt: started.toISOString(),
    tookSeconds,
    machine,
    options,
    fanOut,
    cost,
    latency,
  }
  console.log(`\n${formatReport(results)}`)
  if (options.jsonFile !== null) await writeFile(options.jsonFile, `${JSON.stringify(toJson(results), null, 2)}\n`)
}

async function measureAll(setting: Setting, options: BenchOptions): Promise<FanOutSample[]> {
  const samples: FanOutSample[] = []
  for (let round = 0; round < options.rounds; round++) {
    for (const readers of options.readers) {
      for (const contender of orderOf(options.contenders, round)) {
        const sample = await measureFanOut(setting, { contender, readers, round }, options)
        samples.push(sample)
        const speed = Math.round(sample.deliveriesPerSecond).toLocaleString('en')
        say(`fan-out ${round + 1}/${options.rounds}, ${readers} readers, ${contenders[contender].title}: ${speed}/s`)
      }
    }
  }
  return samples
}

async function measureCost({ machine, launch }: Setting, { costSamples }: BenchOptions): Promise<Costs> {
  say('cost of a call')
  await using child = new Child<CostCommands>('./cost.ts', { launch, core: machine.pinned?.server ?? null })
  return await child.ask('measure', { samples: costSamples })
}

async function measureLatency(setting: Setting, options: BenchOptions): Promise<Results['latency']> {
  const latency: Partial<Record<ContenderName, number[]>> = {}
  for (let round = 0; round < options.rounds; round++) {
    for (const contender of orderOf(latencyContenders, round)) {
      say(`latency ${round + 1}/${options.rounds}, ${contenders[contender].title}`)
      const micros = await runLatency(setting, contender, options.latencySamples)
      latency[contender] = [...(latency[contender] ?? []), ...micros]
    }
  }
  return latency
}

/** Progress goes to stderr, so that stdout is the report alone. */
function say(text: string): void {
  console.error(text)
}
