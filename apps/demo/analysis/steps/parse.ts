import { decodeAs, type Encoding, encodingsOf } from '../decode.ts'
import type { Block, DocumentKind, ParsedDocument } from '../document.ts'
import type { StepResult, WorkOrder } from '../messages.ts'
import { parseAside } from '../parse/aside.ts'
import { checkParsed } from '../parse/parse.ts'
import { Refused } from '../refused.ts'
import { counted, type Report } from '../report.ts'

/** Who reads which kind. */
const readers: { readonly [kind in DocumentKind]: string } = {
  pdf: 'pdf.js',
  html: 'cheerio',
  markdown: 'mdast',
  text: 'plain text reader',
}

/** How many rests long it is waited before another encoding is tried: long enough for a person to see it. */
const restsBeforeRetry = 4

/** Waits, and is ended, as the analysis is. */
interface Course {
  readonly rest: (ms: number) => Promise<unknown>
  readonly signal: AbortSignal
}

/** Reads the document. */
export async function parse(order: WorkOrder, report: Report, course: Course): Promise<StepResult<ParsedDocument>> {
  const { kind, bytes } = order
  const text = kind === 'pdf' ? null : await decode(order, report, course)
  const what = text === null ? counted(bytes.length, 'byte') : counted(text.length, 'character')
  const tool = readers[kind]
  const document = await report.tool({ tool, text: `Reading ${what} as ${kind}` }, async (span, within) => {
    const read =
      text === null || kind === 'pdf'
        ? await (await import('../parse/pdf.ts')).parsePdf(bytes, within)
        : await parseAside({ kind, text }, course.signal)
    const checked = checkParsed(read)
    const { length } = checked.blocks
    span.end(`Found ${counted(length, 'block')} of text`, { resultCount: length })
    return checked
  })
  const { pages, title, blocks } = document
  const characters = countCharacters(blocks)
  const read =
    pages === null ? counted(characters, 'character') : `${counted(pages, 'page')}, ${counted(characters, 'character')}`
  return {
    value: document,
    text: `Read ${read} of text`,
    findings: { parse: { pages, characters, title } },
    facts: { pages, characters, blocks: blocks.length },
  }
}

/** Tries one encoding after the other. */
function decode({ bytes, pauseMs }: WorkOrder, report: Report, { rest }: Course): Promise<string> {
  const encodings = encodingsOf(bytes)
  const text = `Decoding ${counted(bytes.length, 'byte')} as ${nameOf(encodings[0])}`
  return report.tool({ tool: 'TextDecoder', text }, async (span) => {
    for (const [index, encoding] of encodings.entries()) {
      try {
        const decoded = decodeAs(encoding, bytes)
        if (index > 0) span.fallback({ from: nameOf(encodings[0]), to: nameOf(encoding) })
        span.end(`Decoded ${counted(decoded.length, 'character')} of ${nameOf(encoding)}`)
        return decoded
      } catch (error) {
        const next = encodings[index + 1]
        if (!next) break
        const delayMs = pauseMs * restsBeforeRetry
        const retry = { attempt: index + 2, of: encodings.length, delayMs, error }
        span.retrying(retry, `It is not ${nameOf(encoding)}: it is tried as ${nameOf(next)}`)
        await rest(delayMs)
      }
    }
    throw new Refused('UNREADABLE', `The text is not valid ${nameOf(encodings[0])}; save it as UTF-8`)
  })
}

function nameOf(encoding: Encoding = 'utf-8'): string {
  return encoding === 'windows-1252' ? 'Windows-1252' : encoding.toUpperCase()
}

/** Characters as Unicode counts them, blanks included. */
function countCharacters(blocks: readonly Block[]): number {
  let count = 0
  for (const { text } of blocks) for (const _character of text) count++
  return count
}
