import type { Block, DocumentKind, ParsedDocument } from '../document.ts'
import type { WorkOrder } from '../messages.ts'
import { parseDocument } from '../parse/parse.ts'
import { counted, type Report } from '../report.ts'
import type { StepResult } from '../step-result.ts'

/** Who reads which kind. */
const readers: { readonly [kind in DocumentKind]: string } = {
  pdf: 'pdf.js',
  html: 'cheerio',
  markdown: 'mdast',
  text: 'TextDecoder',
}

/** Reads the document. */
export async function parse(order: WorkOrder, report: Report): Promise<StepResult<ParsedDocument>> {
  const tool = readers[order.kind]
  const startedAt = performance.now()
  report.tool(tool, `Reading ${counted(order.bytes.length, 'byte')} as ${order.kind}`)
  let onPage: ((current: number) => void) | null = null
  const document = await parseDocument(order.kind, order.bytes, (page, pages) => {
    onPage ??= report.progress('pages', pages, (current, total) => `Read ${current} of ${counted(total, 'page')}`)
    onPage(page)
  })
  const { pages, title, blocks } = document
  const durationMs = Math.round(performance.now() - startedAt)
  report.tool(tool, `Found ${counted(blocks.length, 'block')} of text`, { resultCount: blocks.length, durationMs })
  const characters = countCharacters(blocks)
  const what =
    pages === null ? counted(characters, 'character') : `${counted(pages, 'page')}, ${counted(characters, 'character')}`
  return {
    value: document,
    text: `Read ${what} of text`,
    findings: { parse: { pages, characters, title } },
    facts: { pages, characters, blocks: blocks.length },
  }
}

/** Characters as Unicode counts them, blanks included. */
function countCharacters(blocks: readonly Block[]): number {
  let count = 0
  for (const { text } of blocks) for (const _character of text) count++
  return count
}
