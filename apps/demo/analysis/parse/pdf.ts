import { getDocumentProxy } from 'unpdf'
import { type Block, onOneLine, type ParsedDocument } from '../document.ts'
import { Refused } from '../refused.ts'
import { counted, type Report } from '../report.ts'
import { type Line, linesOf, type Placed } from './pdf-lines.ts'
import { toBlocks } from './pdf-paragraphs.ts'
import { writtenLinks } from './written-links.ts'

/** Reads a PDF page by page. Throws {@link Refused} with `UNREADABLE` or `NO_TEXT`. */
export async function parsePdf(bytes: Uint8Array, report: Report): Promise<ParsedDocument> {
  const pdf = await openPdf(bytes)
  const pages: Line[][] = []
  const links: string[] = []
  const textOf = (current: number, total: number): string => `Read ${current} of ${counted(total, 'page')}`
  await report.counting({ unit: 'pages', total: pdf.numPages, textOf }, async (count) => {
    for (let number = 1; number <= pdf.numPages; number++) {
      const { items, annotations } = await readPage(pdf, number)
      pages.push(linesOf(items))
      for (const { unsafeUrl } of annotations) if (unsafeUrl) links.push(unsafeUrl)
      await count(number)
    }
  })
  const blocks = toBlocks(pages)
  if (blocks.length === 0) {
    throw new Refused(
      'NO_TEXT',
      'The PDF holds no text, only pictures of it perhaps; it would have to be scanned first',
    )
  }
  const followed = [...links]
  for (const { text } of blocks) {
    // An address that goes on over a line's end is found in pieces; whole, it stands among those one can follow.
    links.push(...writtenLinks(text).filter((url) => !followed.some((whole) => whole.startsWith(url))))
  }
  return { kind: 'pdf', title: await titleOf(pdf, blocks), pages: pdf.numPages, blocks, links }
}

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>

async function openPdf(bytes: Uint8Array): Promise<Pdf> {
  try {
    // Memory of its own, which it keeps. Errors only: its warnings are for the programmer of a viewer.
    return await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 })
  } catch (error) {
    if (error instanceof Error && error.name === 'PasswordException') {
      throw new Refused('UNREADABLE', 'The PDF is encrypted and asks for a password')
    }
    throw new Refused('UNREADABLE', 'The PDF is broken: its structure cannot be read')
  }
}

interface Page {
  readonly items: readonly Placed[]
  readonly annotations: readonly { readonly unsafeUrl?: string }[]
}

async function readPage(pdf: Pdf, number: number): Promise<Page> {
  try {
    const page = await pdf.getPage(number)
    const { items } = await page.getTextContent()
    const annotations = (await page.getAnnotations()) as Page['annotations']
    page.cleanup()
    return { items: items.filter((item) => 'str' in item), annotations }
  } catch {
    throw new Refused('UNREADABLE', `The PDF is broken: page ${number} cannot be read`)
  }
}

async function titleOf(pdf: Pdf, blocks: readonly Block[]): Promise<string | null> {
  const { info } = (await pdf.getMetadata()) as { info: { readonly Title?: unknown } }
  const title = typeof info.Title === 'string' ? onOneLine(info.Title) : ''
  return title || blocks.find(({ role }) => role === 'heading')?.text || null
}
