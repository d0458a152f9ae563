import type { ContenderName } from './contenders/registry.ts'
import { Pair, type Setting } from './pair.ts'
import { onePerTurn } from './plan.ts'

/** Who is compared: the mark gathers frames, which a lone update would wait for. */
export const latencyContenders: readonly ContenderName[] = ['raw-single', 'telltale']

/** Ten updates a second. */
const intervalMs = 100
/** The first ones run code that was not compiled yet. */
const warmUps = 10

/** Microseconds from the call to the reader's socket, one for each update. */
export async function runLatency(setting: Setting, contender: ContenderName, samples: number): Promise<number[]> {
  await using pair = await Pair.open(setting, contender, { readers: 1, plan: onePerTurn })
  const count = samples + warmUps
  await pair.load.ask('begin', { parsesEvery: 1, isTimed: true })
  await pair.server.ask('drip', { count, intervalMs }, count * intervalMs * 3 + 30_000)
  const { latenciesMicros } = await pair.verify(count)
  if (latenciesMicros.length !== count) throw new Error(`${latenciesMicros.length} of ${count} updates were timed`)
  return latenciesMicros.slice(warmUps)
}
