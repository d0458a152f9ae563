// A server that says updates when it is told to; run as a process of its own, so that its memory is its own.
import { createTelltale, publicAccess } from '@telltale/server'
import type { ProducerAnswer, ProducerCommand } from './producer.ts'

const shed: Record<string, number> = {}
const telltale = createTelltale({
  access: publicAccess(),
  limits: { socketsPerAddress: 10_000 },
  telemetry: (name, event) => {
    if (name !== 'broadcaster.shed' || !('count' in event) || !('category' in event)) return
    shed[event.category] = (shed[event.category] ?? 0) + event.count
  },
})

const answer = (message: ProducerAnswer): void => {
  process.send?.(message)
}
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

async function say(command: Extract<ProducerCommand, { do: 'say' }>): Promise<ProducerAnswer> {
  const { conversationId, count, from, padding, yieldEvery } = command
  const pad = 'x'.repeat(padding)
  let slowestCallMs = 0
  const startedAt = performance.now()
  for (let n = 0; n < count; n++) {
    const before = performance.now()
    telltale.status.info(conversationId, `update ${from + n}`, { n: from + n, pad })
    slowestCallMs = Math.max(slowestCallMs, performance.now() - before)
    if (yieldEvery > 0 && n % yieldEvery === yieldEvery - 1) await nextTurn()
  }
  return { kind: 'said', tookMs: performance.now() - startedAt, slowestCallMs }
}

async function obey(command: ProducerCommand): Promise<void> {
  if (command.do === 'say') answer(await say(command))
  else if (command.do === 'measure') {
    await nextTurn()
    // All that can be given back is given back: what is left is what the server holds.
    globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
    const { rss, heapUsed } = process.memoryUsage()
    answer({ kind: 'measured', rss, heapUsed, shed, size: telltale.size() })
  } else {
    await telltale.close({ drainMs: 100 })
    process.disconnect()
  }
}

process.on('message', (command: ProducerCommand) => void obey(command))
// Whoever started this is gone: so is the reason for it.
process.once('disconnect', () => process.exit())

const { url } = await telltale.listen({ port: 0, host: '127.0.0.1' })
answer({ kind: 'listening', url })
