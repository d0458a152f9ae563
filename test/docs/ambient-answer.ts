import { status } from './ambient-status.ts'

export async function answer(question: string): Promise<string> {
  return status.current().span({ category: 'workflow', name: 'Answer' }, async () => {
    const pages = await search(question)
    return `Found ${pages.length} pages about ${question}`
  })
}

function search(query: string): Promise<string[]> {
  return status.current().span({ category: 'tool', name: 'Search', metadata: { query } }, async (span) => {
    if (query === '') throw new Error('there is no question')
    span.progress(1, 2, 'Read the first page')
    return ['first', 'second']
  })
}
