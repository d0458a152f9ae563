import { createProducer } from '@telltale/client/producer'

const producer = createProducer({ url: 'ws://localhost:4000/trpc' })
const { status } = producer

await status.span({ conversationId: 'demo', category: 'tool', name: 'Nightly import' }, async (span) => {
  for (let file = 1; file <= 3; file++) span.progress(file, 3)
})
await producer.close()
