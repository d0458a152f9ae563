/** An abbreviation and what it stands for. */
export interface LongForm {
  readonly term: string
  readonly meaning: string
}

/**
 * Finds `long form (LF)` and `LF (long form)` in a sentence: Schwartz and Hearst (2003), A simple algorithm for
 * identifying abbreviation definitions in biomedical text. The letters of the short form must occur in the long form
 * from right to left, the first of them at the beginning of a word.
 */
export function* abbreviationsIn(sentence: string): Generator<LongForm> {
  for (const { index, 1: inside = '' } of sentence.matchAll(/\(([^()]{2,80})\)/gu)) {
    const before = sentence.slice(0, index).trimEnd()
    // `(LF, since 1999)` explains LF still.
    const [short = ''] = inside.split(/[,;:]\s/u)
    if (isShortForm(short)) {
      const candidate = lastWords(before, Math.min(short.length + 5, short.length * 2))
      const meaning = longFormOf(short, candidate)
      if (meaning !== null) yield { term: short, meaning }
      continue
    }
    const term = lastWords(before, 1)
    const meaning = isShortForm(term) ? longFormOf(term, inside) : null
    if (meaning !== null) yield { term, meaning }
  }
}

/** From two to ten characters in one or two words, a capital among them, beginning with a letter or a digit. */
function isShortForm(text: string): boolean {
  return text.length >= 2 && text.length <= 10 && /^[\p{L}\p{N}]\S*(?: \S+)?$/u.test(text) && /\p{Lu}/u.test(text)
}

function lastWords(text: string, count: number): string {
  return text.split(/\s+/u).slice(-count).join(' ')
}

function longFormOf(short: string, candidate: string): string | null {
  let at = candidate.length - 1
  for (let index = short.length - 1; index >= 0; index--) {
    const letter = short.charAt(index).toLowerCase()
    if (!/[\p{L}\p{N}]/u.test(letter)) continue
    const matches = (place: number): boolean =>
      candidate.charAt(place).toLowerCase() === letter &&
      (index > 0 || place === 0 || !/[\p{L}\p{N}]/u.test(candidate.charAt(place - 1)))
    while (at >= 0 && !matches(at)) at--
    if (at < 0) return null
    at--
  }
  const start = at + 1
  const meaning = candidate.slice(candidate.lastIndexOf(' ', start) + 1)
  const isLonger = meaning.length > short.length && meaning.includes(' ')
  return isLonger && !meaning.split(/\s+/u).includes(short) ? meaning : null
}
