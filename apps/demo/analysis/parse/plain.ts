import { type Block, onOneLine, type ParsedDocument } from '../document.ts'
import { writtenLinks } from './written-links.ts'

/** A line longer than this was not wrapped by hand: it is a paragraph. */
const wrappedMax = 120
/** A line of its own that is no longer than this and ends without a full stop is a heading. */
const headingMax = 80

const itemMark = /^\s*(?:[-*•–]|\d{1,3}[.)])\s+/u

/** Reads plain text: a blank line, a long line and a list mark each begin something new. */
export function parsePlain(text: string): ParsedDocument {
  const blocks: Block[] = []
  for (const part of text.replace(/\r\n?/g, '\n').split(/\n[^\S\n]*\n|\f/u)) blocks.push(...blocksOf(part))
  const [first] = blocks
  return {
    kind: 'text',
    title: first?.role === 'heading' ? first.text : null,
    pages: null,
    blocks,
    links: writtenLinks(text),
  }
}

function* blocksOf(part: string): Generator<Block> {
  const lines = part.split('\n').filter((line) => line.trim())
  const [only] = lines
  if (lines.length === 1 && only && isHeading(only.trim())) {
    yield { role: 'heading', text: onOneLine(only) }
    return
  }
  let open: { role: Block['role']; text: string } | null = null
  for (const line of lines) {
    const isItem = itemMark.test(line)
    if (open && (isItem || line.length > wrappedMax)) {
      yield { role: open.role, text: onOneLine(open.text) }
      open = null
    }
    open ??= { role: isItem ? 'item' : 'paragraph', text: '' }
    open.text += ` ${line.replace(itemMark, '')}`
  }
  if (open) yield { role: open.role, text: onOneLine(open.text) }
}

function isHeading(line: string): boolean {
  return line.length <= headingMax && !itemMark.test(line) && !/[.!?,:;…]["'”’»)]*$/u.test(line)
}
