import { setImmediate, setTimeout } from 'node:timers/promises'
import { answerCommands, type Produced, type ServerCommands } from './commands.ts'
import type { Served } from './contenders/contender.ts'
import { contenders } from './contenders/registry.ts'
import { Flow } from './flow.ts'
import type { Plan } from './plan.ts'
import { type Draft, draftOf, machineMicros } from './update.ts'

// The process with a contender's server, and with the producer: both live in the app's process.

let flow: Flow | null = null
let served: Served | null = null
let said = 0

answerCommands<ServerCommands>({
  async open({ contender, path }) {
    flow = await Flow.open()
    served = await (await contenders[contender].load()).serve(path)
    return { port: served.port, ackPort: flow.port }
  },

  async ready({ readers }) {
    while (opened(served).readers() !== readers) await setTimeout(5)
    return null
  },

  produce: ({ forMs, plan }) => produce(opened(served), opened(flow), forMs, plan),

  async drip({ count, intervalMs }) {
    for (let sent = 0; sent < count; sent++) {
      opened(served).say([draftOf(++said, machineMicros())])
      await setTimeout(intervalMs)
    }
    while (opened(flow).acked < said) await opened(flow).progress()
    return null
  },
})

/** Says as much as the slowest reader can take, and ends when every reader has all of it. */
async function produce(to: Served, acks: Flow, forMs: number, plan: Plan): Promise<Produced> {
  const before = said
  const cpuBefore = cpuMs(to)
  const started = performance.now()
  while (said % plan.ackEvery !== 0 || performance.now() - started < forMs) {
    if (said + plan.burst - acks.acked > plan.window) {
      await acks.progress()
    } else {
      to.say(nextDrafts(plan.burst))
      // A turn of the event loop for what was said to go out, and for acknowledgements to come in.
      await setImmediate()
    }
  }
  while (acks.acked < said) await acks.progress()
  const elapsedMs = performance.now() - started
  return { updates: said - before, elapsedMs, cpuMs: cpuMs(to) - cpuBefore }
}

function cpuMs(of: Served): number {
  if (of.cpuMs) return of.cpuMs()
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

function nextDrafts(count: number): Draft[] {
  const drafts: Draft[] = []
  for (let index = 0; index < count; index++) drafts.push(draftOf(++said))
  return drafts
}

function opened<T>(value: T | null): T {
  if (value === null) throw new Error('nothing was opened')
  return value
}
