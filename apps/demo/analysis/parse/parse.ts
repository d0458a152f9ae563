import { decodeText } from '../decode.ts'
import type { DocumentKind, ParsedDocument } from '../document.ts'
import { Refused } from '../refused.ts'
import type { OnPage } from './pdf.ts'

/** Longest title that is shown. */
const titleMax = 200

/** Reads a document of any kind. Throws {@link Refused}. Each reader is loaded when it is needed first. */
export async function parseDocument(kind: DocumentKind, bytes: Uint8Array, onPage?: OnPage): Promise<ParsedDocument> {
  const document = await parseAs(kind, bytes, onPage).catch((error: unknown) => {
    // The stack ran out: somebody nested thousands of elements.
    if (error instanceof RangeError) throw new Refused('UNREADABLE', 'The document is nested too deeply')
    throw error
  })
  if (!document.blocks.some(({ text }) => /[\p{L}\p{N}]/u.test(text))) {
    throw new Refused('EMPTY', 'There is nothing to read in the document')
  }
  return document.title === null ? document : { ...document, title: shortened(document.title) }
}

function shortened(title: string): string {
  return title.length > titleMax ? `${title.slice(0, titleMax - 1).toWellFormed()}…` : title
}

async function parseAs(kind: DocumentKind, bytes: Uint8Array, onPage?: OnPage): Promise<ParsedDocument> {
  switch (kind) {
    case 'pdf':
      return (await import('./pdf.ts')).parsePdf(bytes, onPage)
    case 'html':
      return (await import('./html.ts')).parseHtml(decodeText(bytes))
    case 'markdown':
      return (await import('./markdown.ts')).parseMarkdown(decodeText(bytes))
    case 'text':
      return (await import('./plain.ts')).parsePlain(decodeText(bytes))
  }
}
