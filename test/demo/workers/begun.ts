import { on } from 'node:events'
import { createProducer, type SpanHandle } from '@telltale/client/producer'
import type { DeskMessage } from '../../../apps/demo/analysis/messages.ts'

/** Waits for the order of a worker that will come to no good, and begins: one span in another, both heard by the server. */
export async function begun(): Promise<SpanHandle> {
  const message = await ordered()
  const { conversationId, analysisId } = message.order
  const producer = createProducer(message.server)
  const metadata = { workflow: 'document_analysis', analysisId }
  const whole = producer.status.startSpan({
    conversationId,
    category: 'workflow',
    name: 'The whole',
    text: `pid ${process.pid}`,
    metadata,
  })
  const step = whole.status.startSpan({ category: 'workflow', name: 'A step', metadata })
  await producer.flush()
  return step
}

async function ordered(): Promise<Extract<DeskMessage, { type: 'order' }>> {
  for await (const [message] of on(process, 'message') as AsyncIterable<[DeskMessage]>) {
    if (message.type === 'order') return message
  }
  throw new Error('there was no order')
}
