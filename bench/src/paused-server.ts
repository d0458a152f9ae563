import { setImmediate, setTimeout } from 'node:timers/promises'
import { answerCommands } from './commands.ts'
import type { Served } from './contenders/contender.ts'
import { type ContenderName, contenders } from './contenders/registry.ts'
import { Flow } from './flow.ts'
import type { Plan } from './plan.ts'
import { draftOf } from './update.ts'

// The process with a server, one of whose readers stops to read.

/** What the driver asks of it. */
export type PausedServerCommands = {
  open: { ask: { contender: ContenderName }; answer: { port: number; ackPort: number } }
  ready: { ask: { readers: number }; answer: null }
  /** Answered when so many updates were said, or the time is over, and all have them who read. */
  produce: { ask: { updates: number; withinMs: number; plan: Plan }; answer: Poured }
}

/** What was said to those who read, and what became of the process meanwhile. */
export interface Poured {
  readonly updates: number
  readonly elapsedMs: number
  readonly rssBeforeBytes: number
  /** The most that was seen. */
  readonly rssPeakBytes: number
}

const lookEveryMs = 20

let flow: Flow | null = null
let served: Served | null = null
let said = 0

answerCommands<PausedServerCommands>({
  async open({ contender }) {
    flow = await Flow.open()
    served = await (await contenders[contender].load()).serve()
    return { port: served.port, ackPort: flow.port }
  },

  async ready({ readers }) {
    while (served?.readers() !== readers) await setTimeout(5)
    return null
  },

  async produce({ updates, withinMs, plan }) {
    if (!served || !flow) throw new Error('nothing was opened')
    const before = said
    const rssBeforeBytes = process.memoryUsage.rss()
    let rssPeakBytes = rssBeforeBytes
    const started = performance.now()
    let lookedAt = started
    const look = (now: number): void => {
      if (now - lookedAt < lookEveryMs) return
      lookedAt = now
      rssPeakBytes = Math.max(rssPeakBytes, process.memoryUsage.rss())
    }
    const isDone = (now: number): boolean => said - before >= updates || now - started >= withinMs
    for (let now = started; said % plan.ackEvery !== 0 || !isDone(now); now = performance.now()) {
      look(now)
      if (said + plan.burst - flow.acked > plan.window) {
        await flow.progress()
      } else {
        served.say(Array.from({ length: plan.burst }, () => draftOf(++said)))
        await setImmediate()
      }
    }
    while (flow.acked < said) await flow.progress()
    const elapsedMs = performance.now() - started
    rssPeakBytes = Math.max(rssPeakBytes, process.memoryUsage.rss())
    return { updates: said - before, elapsedMs, rssBeforeBytes, rssPeakBytes }
  },
})
