import { createTelltale } from '@telltale/server'

const { status } = createTelltale()

async function research(conversationId: string, question: string): Promise<string> {
  return status.span({ conversationId, category: 'workflow', name: 'Research' }, async (span) => {
    const pages = await search(question)
    span.update('Summing up')
    return pages.join('\n')
  })
}

// Anywhere below it: the conversation and the span around it are known.
async function search(query: string): Promise<string[]> {
  return status.current().span({ category: 'tool', name: 'Search', metadata: { query } }, async (span) => {
    for (let attempt = 1; ; attempt++) {
      const response = await fetch(`https://example.com/?q=${encodeURIComponent(query)}`)
      if (response.ok || attempt === 3) return [await response.text()]
      span.retrying({ attempt: attempt + 1, of: 3, error: new Error(`HTTP ${response.status}`) })
    }
  })
}

await research('demo', 'What is a telltale?')
