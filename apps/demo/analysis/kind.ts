import { fileTypeFromBuffer } from 'file-type'
import type { DocumentKind } from './document.ts'
import { Refused } from './refused.ts'

/** Bytes at the start that tell what a document is. */
const headBytes = 4_100

const kindByExtension: ReadonlyMap<string, DocumentKind> = new Map([
  ['md', 'markdown'],
  ['markdown', 'markdown'],
  ['mdown', 'markdown'],
  ['html', 'html'],
  ['htm', 'html'],
  ['xhtml', 'html'],
])

/**
 * Finds out what a document is: by its content first, by its name where the content leaves it open.
 * Throws {@link Refused} with `EMPTY` or `UNSUPPORTED_TYPE`.
 */
export async function detectKind(bytes: Uint8Array, name: string): Promise<DocumentKind> {
  if (bytes.length === 0) throw new Refused('EMPTY', 'The document is empty')
  const head = bytes.subarray(0, headBytes)
  // A PDF may begin with up to a kilobyte of something else.
  if (Buffer.from(head.subarray(0, 1_029)).includes('%PDF-')) return 'pdf'
  const found = await fileTypeFromBuffer(head)
  // Whoever writes XHTML may begin with an XML declaration.
  if (found && found.mime !== 'application/xml') {
    throw new Refused('UNSUPPORTED_TYPE', `This is ${found.ext.toUpperCase()} (${found.mime}), which cannot be read`)
  }
  const hasByteOrderMark = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)
  if (!hasByteOrderMark && looksBinary(head)) {
    throw new Refused('UNSUPPORTED_TYPE', 'This is neither text nor PDF')
  }
  const start = new TextDecoder().decode(head).trimStart().toLowerCase()
  if (/^(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*<(?:!doctype html|html|head|body)\b/.test(start)) return 'html'
  return kindByExtension.get(name.split('.').at(-1)?.toLowerCase() ?? '') ?? 'text'
}

/** Text has no NUL, and hardly any other control character than tabs, line ends and form feeds. */
function looksBinary(head: Uint8Array): boolean {
  let controls = 0
  for (const byte of head) {
    if (byte === 0) return true
    if (byte < 32 && (byte < 8 || byte > 13) && byte !== 27) controls++
  }
  return controls > head.length / 100
}
