import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Invariant } from '../checker/findings.ts'

/** What the checker said of a run with a canary, or without one. */
export interface CanaryRun {
  readonly exitCode: number | null
  readonly invariants: readonly Invariant[]
  readonly lines: readonly string[]
  /** What it said beside that, where it broke down. */
  readonly noise: string
}

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** Runs the scenario in a process of its own. */
export async function runCanary(name: string | null): Promise<CanaryRun> {
  const child = spawn(
    process.execPath,
    [
      '--conditions=@telltale/source',
      '--disable-warning=ExperimentalWarning',
      '--import',
      pathOf('apply.ts'),
      pathOf('scenario.ts'),
    ],
    { env: { ...process.env, ...(name !== null && { CANARY: name }) }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let said = ''
  let noise = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (noise += chunk.toString()))
  const [exitCode] = (await once(child, 'close')) as [number | null]
  const verdict = said.startsWith('{') ? (JSON.parse(said) as Pick<CanaryRun, 'invariants' | 'lines'>) : null
  return { exitCode, invariants: verdict?.invariants ?? [], lines: verdict?.lines ?? [], noise }
}

/** Does something with each of some, two at a time. */
export async function twoAtATime<TItem, TResult>(
  items: readonly TItem[],
  work: (item: TItem) => Promise<TResult>,
): Promise<TResult[]> {
  const results: TResult[] = []
  let next = 0
  const go = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index]
      if (item !== undefined) results[index] = await work(item)
    }
  }
  await Promise.all([go(), go()])
  return results
}
