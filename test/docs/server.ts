import { createTelltale } from '@telltale/server'

const telltale = createTelltale()
const { status } = telltale
await telltale.listen({ port: 4000 })

async function answer(conversationId: string, question: string): Promise<void> {
  await status.span({ conversationId, category: 'workflow', name: 'Answering' }, async (span) => {
    status.tool(conversationId, 'Searching the web', { tool: 'web_search', query: question })
    for (let page = 1; page <= 10; page++) {
      span.progress(page, 10, `Reading page ${page} of 10`)
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
  })
}

setInterval(() => void answer('demo', 'What is a telltale?'), 5_000)
