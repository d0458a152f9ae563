import { createTelltale } from '@telltale/server'

export const telltale = createTelltale()
const { status } = telltale

export function read(conversationId: string, pages: readonly string[]): Promise<number> {
  return status.span({ conversationId, category: 'workflow', name: 'Read the document' }, async (span) => {
    let words = 0
    for (const [index, page] of pages.entries()) {
      words += await span.status.span({ category: 'tool', name: `Page ${index + 1}` }, () => count(page))
      span.progress(index + 1, pages.length, `Read ${index + 1} of ${pages.length} pages`)
    }
    span.end(`Read ${words} words`)
    return words
  })
}

async function count(page: string): Promise<number> {
  return page.split(' ').length
}
