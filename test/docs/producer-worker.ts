import { createProducer } from '@telltale/client/producer'
import { contract } from './contract.ts'

const producer = createProducer({
  url: 'wss://status.example.com/trpc',
  contract,
  token: () => process.env['STATUS_TOKEN'] ?? null,
  telemetry: (name, event) => console.warn(name, event),
})

process.once('SIGTERM', () => void producer.close({ drainMs: 5_000 }))

export async function retrieve(conversationId: string, question: string): Promise<string[]> {
  const options = { conversationId, category: 'retrieval', name: 'Find passages', metadata: { chunks: 0 } } as const
  return producer.status.span(options, async (span) => {
    const passages = question.split(' ')
    span.end(`Found ${passages.length} passages`, { chunks: passages.length })
    return passages
  })
}
