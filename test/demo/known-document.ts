import { makePdf } from './pdf.ts'

/** A document whose numbers are known, for they were counted by hand where it is written. */
export async function knownPdf(): Promise<Uint8Array> {
  return makePdf(
    (pdf) => {
      // One sentence and 2 words.
      pdf.fontSize(20).text('Two boats').fontSize(11).moveDown()
      // Three sentences and 15 words; the line is torn within “harbour”.
      pdf.text('The red boat left the har-\nbour. The green boat stayed. Dr. Smith paid 3.14 pounds.').moveDown()
      // Three sentences and 8 words.
      pdf.text('Nobody asked why. It rained. See the log.', { link: 'https://boats.example/log' })
      // Two sentences and 11 words; a paragraph that goes on over the page's end.
      pdf.addPage().text('The wind turned and the sea').addPage().text('was calm. The boat returned.')
    },
    { info: { Title: 'Of Boats' } },
  )
}

/** What the page has to show of it. */
export const knownFindings = {
  pages: '3',
  sentences: '9',
  words: '36',
  'unique-words': '28',
  paragraphs: '3',
  links: '1',
  'broken-links': '0',
}
