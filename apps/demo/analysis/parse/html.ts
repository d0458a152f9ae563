import { load } from 'cheerio'
import { type Block, onOneLine, type ParsedDocument } from '../document.ts'
import { writtenLinks } from './written-links.ts'

/** As much of a node as is needed to read it. */
interface Node {
  readonly type: string
  readonly name?: string
  readonly data?: string
  readonly children?: readonly Node[]
}

/** What nobody reads. */
const unread = 'script, style, noscript, template, svg, math, iframe, object, select, textarea, [hidden]'

const roles: ReadonlyMap<string, Block['role']> = new Map([
  ['h1', 'heading'],
  ['h2', 'heading'],
  ['h3', 'heading'],
  ['h4', 'heading'],
  ['h5', 'heading'],
  ['h6', 'heading'],
  ['li', 'item'],
  ['td', 'item'],
  ['th', 'item'],
  ['dt', 'term'],
  ['dd', 'definition'],
])

/** Elements that stand by themselves, beside those with a role; every other one is part of a line. */
const standing = new Set(
  'address article aside blockquote body caption center details dialog div dl fieldset figcaption figure footer form header hgroup hr html legend main menu nav ol p pre section summary table tbody tfoot thead tr ul'.split(
    ' ',
  ),
)

/** Reads HTML as a browser shows it: no scripts, no styles, nothing hidden. */
export function parseHtml(html: string): ParsedDocument {
  const $ = load(html)
  const title = onOneLine($('head > title').first().text())
  $(unread).remove()
  const blocks = blocksOf($('body')[0] ?? { type: 'root' })
  const links = $('body [href]')
    .filter('a, area')
    .map((_index, element) => $(element).attr('href'))
    .get()
  $('a').remove()
  links.push(...writtenLinks($('body').text()))
  const heading = blocks.find(({ role }) => role === 'heading')
  return { kind: 'html', title: title || heading?.text || null, pages: null, blocks, links }
}

function blocksOf(body: Node): Block[] {
  const blocks: Block[] = []
  let line = ''
  const end = (role: Block['role']): void => {
    const text = onOneLine(line)
    if (text) blocks.push({ role, text })
    line = ''
  }
  const read = (node: Node, role: Block['role']): void => {
    const { name = '' } = node
    if (node.type === 'text') line += node.data ?? ''
    if (name === 'br') line += ' '
    const own = roles.get(name)
    const isStanding = own !== undefined || standing.has(name)
    // What came before it is over, and what it holds ends with it. A paragraph in an item is the item's.
    if (isStanding) end(role)
    for (const child of node.children ?? []) read(child, own ?? role)
    if (isStanding) end(own ?? role)
  }
  read(body, 'paragraph')
  return blocks
}
