import { createWriteStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { finished } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { toString as textIn } from 'mdast-util-to-string'
import PDFDocument from 'pdfkit'

// Sets the essay as a PDF, each chapter on a page of its own, and cuts a copy of it off in the middle:
// node apps/demo/samples/make-pdf.ts

const essay = new URL('the-status-that-lied.pdf', import.meta.url)
const broken = new URL('broken.pdf', import.meta.url)
const tree = fromMarkdown(await readFile(new URL('the-status-that-lied.md', import.meta.url), 'utf8'))

const pdf = new PDFDocument({
  size: 'A5',
  margins: { top: 64, bottom: 64, left: 54, right: 54 },
  autoFirstPage: false,
  // A date of its own would make every run another file.
  info: { Title: 'The Status That Lied', Author: 'The Telltale authors', CreationDate: new Date(0) },
})
const file = pdf.pipe(createWriteStream(fileURLToPath(essay)))

for (const node of tree.children) {
  const text = textIn(node)
  if (node.type === 'heading') {
    pdf.addPage().font('Times-Bold').fontSize(19).text(text, { lineGap: 2 }).moveDown(0.8)
    continue
  }
  pdf.font('Times-Roman').fontSize(11.5)
  // Addresses are links one can follow, in the text as it is written.
  const parts = text.split(/(https?:\/\/[^\s,;]+)/).filter((part) => part !== '')
  for (const [index, part] of parts.entries()) {
    const link = part.startsWith('http') ? part : null
    pdf.text(part, { lineGap: 3.2, link, underline: link !== null, continued: index < parts.length - 1 })
  }
  pdf.moveDown(0.7)
}
pdf.end()
await finished(file)

const bytes = await readFile(essay)
await writeFile(broken, bytes.subarray(0, Math.floor(bytes.length * 0.4)))
