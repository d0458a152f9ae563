import { createTelltale } from '@telltale/server'

const telltale = createTelltale()
const { status } = telltale
await telltale.listen({ port: 4000 })

async function answer(conversationId: string, question: string): Promise<void> {
  status.engine(conversationId, 'Thinking', { model: 'a-model' })
  status.tool(conversationId, 'Searching the web', { tool: 'web_search', query: question })
  for (let page = 1; page <= 10; page++) {
    status.progress(conversationId, `Reading page ${page} of 10`, { current: page, total: 10 })
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
  status.info(conversationId, 'Done')
}

setInterval(() => void answer('demo', 'What is a telltale?'), 5_000)
