import { killChildren } from './child.ts'
import { type CommandLine, parseCommandLine, usage } from './command-line.ts'
import { describeMachine } from './machine.ts'
import { writeOutputs } from './outputs.ts'
import { formatReport } from './report.ts'
import type { Results } from './results.ts'
import type { Measured } from './workload.ts'
import { workloads } from './workloads/registry.ts'

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    killChildren()
    process.exit(130)
  })
}
process.once('exit', killChildren)

try {
  const commandLine = parseCommandLine(process.argv.slice(2))
  if (commandLine) await bench(commandLine)
  else console.log(usage)
} catch (error) {
  console.error(error)
  process.exitCode = 1
}

async function bench({ options, launch, outputs }: CommandLine): Promise<void> {
  const started = new Date()
  const machine = describeMachine()
  const measured: Measured[] = []
  const failed: { name: string; problem: string }[] = []
  for (const name of options.parts) {
    try {
      const workload = await workloads[name].load()
      measured.push(await workload.measure({ machine, launch }, options, (progress) => say(`${name} ${progress}`)))
    } catch (error) {
      // What the others came to in half an hour is not thrown away; the exit code tells.
      console.error(error)
      failed.push({ name, problem: firstLine(error) })
      process.exitCode = 1
    }
  }
  const tookSeconds = (Date.now() - started.getTime()) / 1_000
  const startedAt = started.toISOString()
  const results: Results = { startedAt, tookSeconds, machine, code: launch.code, options, measured, failed }
  console.log(`\n${formatReport(results)}`)
  await writeOutputs(results, outputs)
}

/** Progress goes to stderr, so that stdout is the report alone. */
function say(text: string): void {
  console.error(text)
}

/** The rest stands on stderr. */
function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.split('\n', 1)[0] ?? ''
}
