import { fromMarkdown } from 'mdast-util-from-markdown'
import { toString as textIn } from 'mdast-util-to-string'
import { SKIP, visit } from 'unist-util-visit'
import { type Block, onOneLine, type ParsedDocument } from '../document.ts'
import { parseHtml } from './html.ts'
import { writtenLinks } from './written-links.ts'

type Root = ReturnType<typeof fromMarkdown>
type Paragraph = Extract<Root['children'][number], { type: 'paragraph' }>

/** Reads Markdown as it is shown. Blocks of code are no prose: they are left out, and so are addresses in them. */
export function parseMarkdown(markdown: string): ParsedDocument {
  const tree = fromMarkdown(withoutFrontMatter(markdown))
  const blocks = blocksOf(tree)
  const heading = blocks.find(({ role }) => role === 'heading')
  return { kind: 'markdown', title: heading?.text ?? null, pages: null, blocks, links: linksOf(tree) }
}

function blocksOf(tree: Root): Block[] {
  const blocks: Block[] = []
  visit(tree, 'break', (_node, index, parent) => {
    if (parent && index !== undefined) parent.children[index] = { type: 'text', value: '\n' }
  })
  visit(tree, (node, _index, parent) => {
    if (node.type === 'heading')
      blocks.push({ role: 'heading', text: onOneLine(textIn(node, { includeImageAlt: false })) })
    if (node.type === 'paragraph')
      blocks.push(...blocksOfParagraph(node, parent?.type === 'listItem' ? 'item' : 'paragraph'))
    // Within a paragraph it is a mere tag: what it encloses stands beside it.
    if (node.type === 'html' && parent?.type !== 'paragraph') blocks.push(...parseHtml(node.value).blocks)
  })
  return blocks.filter(({ text }) => text !== '')
}

/** A table, which CommonMark does not know, is a paragraph whose lines begin with a bar: each cell stands by itself. */
function blocksOfParagraph(paragraph: Paragraph, role: Block['role']): Block[] {
  const text = textIn(paragraph, { includeImageAlt: false, includeHtml: false })
  if (!text.startsWith('|')) return [{ role, text: onOneLine(text) }]
  const cells = text.split('\n').flatMap((line) => line.split('|'))
  return cells.filter((cell) => /[^\s:-]/.test(cell)).map((cell) => ({ role: 'item', text: onOneLine(cell) }))
}

function linksOf(tree: Root): string[] {
  const definitions = new Map<string, string>()
  visit(tree, 'definition', ({ identifier, url }) => {
    // The first of a name holds.
    if (!definitions.has(identifier)) definitions.set(identifier, url)
  })
  const links: string[] = []
  visit(tree, (node) => {
    if (node.type === 'link') links.push(node.url)
    if (node.type === 'linkReference') links.push(definitions.get(node.identifier) ?? '')
    if (node.type === 'html' && /href/i.test(node.value)) links.push(...parseHtml(node.value).links)
    if (node.type === 'text') links.push(...writtenLinks(node.value))
    // The text of a link may look like an address too.
    return node.type === 'link' || node.type === 'linkReference' ? SKIP : undefined
  })
  return links
}

function withoutFrontMatter(markdown: string): string {
  return markdown.replace(/^\ufeff?---\r?\n[\s\S]*?\r?\n(?:---|\.\.\.)\r?\n/, '')
}
