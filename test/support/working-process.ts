// A producer in a process of its own that works in nested spans until it is killed; see `working.ts`.
import { createProducer } from '@telltale/client/producer'

const [url = '', conversationId = '', name = ''] = process.argv.slice(2)
const producer = createProducer({ url })
const { status } = producer
/** The work itself never ends by itself. */
const forever = new Promise<never>(() => undefined)

void status.run(conversationId, () =>
  status.current().span({ category: 'workflow', name: `${name} workflow` }, () =>
    status.current().span({ category: 'tool', name: `${name} tool` }, (tool) => {
      tool.progress(1, 3, 'one of three')
      return status.current().span({ category: 'engine', name: `${name} engine` }, () => forever)
    }),
  ),
)
await producer.flush()
process.send?.('working')
process.once('disconnect', () => process.exit())
