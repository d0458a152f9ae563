import type { DocumentKind, ParsedDocument } from '../document.ts'
import { Refused } from '../refused.ts'

/** Longest title that is shown. */
const titleMax = 200

/** Reads the text of a document, decoded. Throws {@link Refused}. Each reader is loaded when it is needed first. */
export async function parseText(kind: Exclude<DocumentKind, 'pdf'>, text: string): Promise<ParsedDocument> {
  try {
    switch (kind) {
      case 'html':
        return (await import('./html.ts')).parseHtml(text)
      case 'markdown':
        return (await import('./markdown.ts')).parseMarkdown(text)
      case 'text':
        return (await import('./plain.ts')).parsePlain(text)
    }
  } catch (error) {
    // The stack ran out: somebody nested thousands of elements.
    if (error instanceof RangeError) throw new Refused('UNREADABLE', 'The document is nested too deeply')
    throw error
  }
}

/** What can be analysed. Throws {@link Refused} with `EMPTY` where there is nothing to read. */
export function checkParsed(document: ParsedDocument): ParsedDocument {
  if (!document.blocks.some(({ text }) => /[\p{L}\p{N}]/u.test(text))) {
    throw new Refused('EMPTY', 'There is nothing to read in the document')
  }
  return document.title === null ? document : { ...document, title: shortened(document.title) }
}

function shortened(title: string): string {
  return title.length > titleMax ? `${title.slice(0, titleMax - 1).toWellFormed()}…` : title
}
