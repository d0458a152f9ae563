import { Refused } from './refused.ts'

/** An encoding that a text may be in. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'

/**
 * The encodings to try, the likeliest first: what a byte order mark says, and nothing else; else UTF-8, which hardly
 * any other text looks like by chance, and then what Western programs wrote before it.
 */
export function encodingsOf([first, second]: Uint8Array): readonly Encoding[] {
  if (first === 0xff && second === 0xfe) return ['utf-16le']
  if (first === 0xfe && second === 0xff) return ['utf-16be']
  return ['utf-8', 'windows-1252']
}

/** The text of bytes in an encoding. Throws {@link Refused} with `UNREADABLE` when they are not, or hardly can be, in it. */
export function decodeAs(encoding: Encoding, bytes: Uint8Array): string {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes)
    if (encoding !== 'windows-1252' || isWestern(text)) return text
  } catch {
    // What the decoder says is for programmers.
  }
  const name = encoding === 'windows-1252' ? 'Windows-1252' : encoding.slice(0, 6).toUpperCase()
  throw new Refused('UNREADABLE', `The text is not valid ${name}`)
}

/**
 * Every byte is something in Windows-1252, so a wrong guess would count words that are not there. In a Western text most
 * letters are those of English, and none of the five codes without a meaning occurs.
 */
function isWestern(text: string): boolean {
  if (/[\u0080-\u009f]/u.test(text)) return false
  const letters = text.match(/\p{L}/gu)?.length ?? 0
  const plain = text.match(/[a-z]/giu)?.length ?? 0
  return plain >= letters * 0.7
}
