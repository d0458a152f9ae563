import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { defaultCategories, defineContract } from '@telltale/contract'
import { createTelltale } from '@telltale/server'
import { type WebSocket, WebSocketServer } from 'ws'
import { answerCommands, type Produced } from './commands.ts'
import { categoryCount, categoryOf, wantedBy } from './filters-numbers.ts'
import { Flow } from './flow.ts'
import type { Plan } from './plan.ts'
import { conversationId, type Draft, draftOf, updateOf } from './update.ts'

// The process with a server whose readers want some of the categories.

/** Who is compared. */
export type FiltersContender = 'raw-hundred' | 'telltale'

/** What the driver asks of it. */
export type FiltersServerCommands = {
  open: { ask: { contender: FiltersContender }; answer: { port: number; ackPort: number } }
  ready: { ask: { readers: number }; answer: null }
  /** Answered when every reader has all that it wants. */
  produce: { ask: { forMs: number; plan: Plan }; answer: Produced }
}

interface Served {
  readonly port: number
  readers(): number
  say(drafts: readonly Draft[]): void
}

const servers: { readonly [TName in FiltersContender]: () => Promise<Served> } = {
  'raw-hundred': serveRaw,
  telltale: serveTelltale,
}

let flow: Flow | null = null
let served: Served | null = null
let said = 0

answerCommands<FiltersServerCommands>({
  async open({ contender }) {
    flow = await Flow.open()
    served = await servers[contender]()
    return { port: served.port, ackPort: flow.port }
  },

  async ready({ readers }) {
    while (served?.readers() !== readers) await setTimeout(5)
    return null
  },

  async produce({ forMs, plan }) {
    if (!served || !flow) throw new Error('nothing was opened')
    const before = said
    const cpuBefore = process.cpuUsage()
    const started = performance.now()
    while (said % plan.ackEvery !== 0 || performance.now() - started < forMs) {
      if (said + plan.burst - flow.acked > plan.window) {
        await flow.progress()
      } else {
        served.say(Array.from({ length: plan.burst }, () => draftOf(++said)))
        await setImmediate()
      }
    }
    while (flow.acked < said) await flow.progress()
    const elapsedMs = performance.now() - started
    const { user, system } = process.cpuUsage(cpuBefore)
    return { updates: said - before, elapsedMs, cpuMs: (user + system) / 1_000 }
  },
})

/** A frame for each filter that somebody has, encoded once, with the updates that it lets through. */
async function serveRaw(): Promise<Served> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
  await once(server, 'listening')
  const byFilter = new Map<number | null, WebSocket[]>()
  let readers = 0
  server.on('connection', (socket) => {
    socket.once('message', (data: Buffer) => {
      const filter = JSON.parse(data.toString()) as number | null
      byFilter.set(filter, [...(byFilter.get(filter) ?? []), socket])
      readers++
    })
  })
  return {
    port: (server.address() as AddressInfo).port,
    readers: () => readers,
    say(drafts) {
      const updates = drafts.map((draft) => ({ ...updateOf(draft), category: categoryOf(draft.number) }))
      for (const [filter, sockets] of byFilter) {
        const wanted = wantedBy(filter)
        const own = updates.filter(({ offset }) => wanted.has((offset - 1) % categoryCount))
        const message = Buffer.from(JSON.stringify(own))
        for (const socket of sockets) socket.send(message, { binary: false })
      }
    },
  }
}

async function serveTelltale(): Promise<Served> {
  const kinds = Array.from({ length: categoryCount }, (_, index) => [`kind${index}`, defaultCategories.info] as const)
  const telltale = createTelltale({
    contract: defineContract({ categories: Object.fromEntries(kinds) }),
    limits: { socketsPerAddress: 20_000, authenticatedPerAddress: 20_000 },
  })
  const { port } = await telltale.listen({ port: 0, host: '127.0.0.1' })
  return {
    port,
    readers: () => telltale.size().readers,
    say(drafts) {
      for (const { number, text, metadata } of drafts) {
        telltale.status.update(conversationId, categoryOf(number), text, metadata)
      }
    },
  }
}
