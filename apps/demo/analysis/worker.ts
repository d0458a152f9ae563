import { once } from 'node:events'
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises'
import { createProducer } from '@telltale/client/producer'
import { analyse } from './analyse.ts'
import type { DeskMessage, WorkMessage } from './messages.ts'
import { Refused } from './refused.ts'

// The process of one analysis: a document that takes all its time or memory takes nobody else's. It says its statuses
// itself, over the network, as any other producer does; when it dies, nobody says them for it.

/** How long its last words may take, in milliseconds. */
const drainMs = 3_000

const stopping = new AbortController()
const desk = new EventTarget()
let isBusy = false

process.on('message', (message: DeskMessage) => {
  if (message.type === 'order') void work(message)
  else if (message.type === 'prepare') void prepare()
  else if (message.type === 'stop') stopping.abort(new Refused(message.failure.code, message.failure.message))
  else desk.dispatchEvent(new Event('noted'))
})
process.on('SIGTERM', () => {
  if (!isBusy) process.exit()
  stopping.abort()
})
// Ctrl-C is for the server, which tells us.
process.on('SIGINT', () => undefined)
// The server is gone, and with it everybody who would hear of us.
process.on('disconnect', () => process.exit())

/** What is loaded while there is nothing to do: to load it takes long, and meanwhile nobody could hear that we live. */
const ahead = [
  () => import('./steps/parse.ts'),
  () => import('./parse/pdf.ts'),
  () => import('./parse/markdown.ts'),
  () => import('./steps/language.ts'),
  () => import('./steps/count.ts'),
  () => import('./steps/readability.ts'),
  () => import('./steps/phrases.ts'),
  () => import('./text/nouns.ts'),
  () => import('./steps/links.ts'),
  () => import('./steps/summary.ts'),
  () => import('./steps/glossary.ts'),
]

async function prepare(): Promise<void> {
  for (const load of ahead) {
    // An order may have come meanwhile.
    await nextTurn()
    if (isBusy) return
    await load()
  }
}

async function work({ order, server }: Extract<DeskMessage, { type: 'order' }>): Promise<void> {
  isBusy = true
  const producer = createProducer({
    ...server,
    telemetry(name) {
      if (name !== 'producer.lapsed') return
      stopping.abort(new Refused('WORKER_DIED', 'The analysis was silent for too long, and was given up'))
    },
  })
  const { signal } = stopping
  await analyse({
    order,
    status: producer.status,
    signal,
    rest: (ms) => (ms > 0 ? delay(ms, undefined, { signal }).catch(() => signal.throwIfAborted()) : Promise.resolve()),
    tell,
  })
  await producer.close({ drainMs })
  process.exit()
}

/** Settles when the desk has taken it, so that never more than one waits. */
async function tell(message: WorkMessage): Promise<void> {
  const noted = once(desk, 'noted')
  process.send?.(message)
  await noted
}
