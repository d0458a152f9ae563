// A producer in a process of its own that does what it is told to; see `worker.ts`.
import { createProducer, type SpanHandle } from '@telltale/client/producer'
import type { WorkerAnswer, WorkerCommand } from './worker.ts'

const [url = ''] = process.argv.slice(2)
const events: string[] = []
const producer = createProducer({ url, backoff: { baseMs: 5, maxMs: 50 }, telemetry: (name) => events.push(name) })
const spans = new Map<string, SpanHandle>()

async function obey(command: WorkerCommand): Promise<WorkerAnswer> {
  if (command.do === 'start') {
    const { conversationId, name, parent } = command
    const parentId = parent === undefined ? undefined : spans.get(parent)?.id
    const options = { conversationId, category: 'tool', name, ...(parentId !== undefined && { parentId }) } as const
    spans.set(name, producer.status.startSpan(options) as SpanHandle)
  } else if (command.do === 'update') spans.get(command.name)?.update(command.text)
  else if (command.do === 'end') spans.get(command.name)?.end()
  await producer.flush()
  return { states: Object.fromEntries([...spans].map(([name, { state }]) => [name, state])), events }
}

process.on('message', (command: WorkerCommand) => void obey(command).then((answer) => process.send?.(answer)))
// Whoever started this is gone: so is the reason for it.
process.once('disconnect', () => process.exit())
process.send?.('ready')
