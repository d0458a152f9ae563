import { Refused } from './refused.ts'

/**
 * The text of bytes: UTF-8, or UTF-16 where a byte order mark says so. Anything else is refused as `UNREADABLE`
 * rather than guessed: a wrong guess would count words that are not there.
 */
export function decodeText(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes)
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    throw new Refused('UNREADABLE', `The text is not valid ${encoding.slice(0, 6).toUpperCase()}; save it as UTF-8`)
  }
}

function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
}
