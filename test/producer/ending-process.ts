// A producer in a process of its own that ends in one of several ways; see `exits.test.ts`.
import { createProducer } from '@telltale/client/producer'

const [url = '', way = ''] = process.argv.slice(2)
const producer = createProducer({
  url,
  requestTimeoutMs: 1_000,
  telemetry: (name, event) => {
    if (name === 'producer.undelivered') process.stdout.write(`${name} ${JSON.stringify(event)}\n`)
  },
})
const { status } = producer
const place = { conversationId: 'c', category: 'tool' } as const

const ways: Record<string, () => Promise<void> | void> = {
  'says nothing': () => undefined,
  'flushes and ends': async () => {
    status.info('c', 'said')
    await status.span({ ...place, name: 'work' }, async (span) => span.progress(1, 2))
    await producer.flush()
  },
  'ends without a word to the producer': async () => {
    for (let n = 0; n < 250; n++) status.info('c', `${n}`)
    await status.span({ ...place, name: 'work' }, async (span) => span.progress(1, 2))
  },
  closes: async () => {
    status.startSpan({ ...place, name: 'left open' })
    await producer.close()
  },
  disposes: async () => {
    await using disposed = producer
    disposed.status.info('c', 'said')
  },
  'exits inside a span': async () => {
    await status.span({ ...place, name: 'cut short' }, async () => {
      await producer.flush()
      process.exit(0)
    })
  },
  'throws inside a span': () => {
    void status.span({ ...place, name: 'thrown out of' }, async () => {
      await producer.flush()
      setImmediate(() => {
        throw new Error('nobody catches this')
      })
      await new Promise(() => undefined)
    })
  },
  'leaves a span open': async () => {
    status.startSpan({ ...place, name: 'forgotten' })
    await producer.flush()
  },
}

await ways[way]?.()
