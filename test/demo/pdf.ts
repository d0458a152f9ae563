import { buffer } from 'node:stream/consumers'
import PDFDocument from 'pdfkit'

/** Writes a PDF. */
export async function makePdf(
  write: (pdf: PDFKit.PDFDocument) => void,
  options: PDFKit.PDFDocumentOptions = {},
): Promise<Uint8Array> {
  const pdf = new PDFDocument(options)
  const bytes = buffer(pdf)
  write(pdf)
  pdf.end()
  return Uint8Array.from(await bytes)
}
