const named: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
])

/** Control characters of both kinds, what turns the writing direction round, line separators, halves of characters. */
const unprintable = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu

/**
 * A stranger's text as a terminal may have it: what could move the cursor, colour the screen or hide itself is written
 * out, as `\u001b`. JSON text stays the same JSON.
 */
export function toPrintable(text: string): string {
  return text.replace(unprintable, (character) => named.get(character) ?? codeOf(character))
}

function codeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
