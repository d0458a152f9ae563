import { type Block, onOneLine } from '../document.ts'
import type { Line } from './pdf-lines.ts'

/** Lines of one paragraph are at most this much further apart than usual. */
const looseness = 1.3
/** Usual lines are never further apart than this many letter heights; short pages would mislead otherwise. */
const leadingMax = 1.6
/** A heading's letters are so much larger than most. */
const headingSize = 1.15

/**
 * Puts the lines of all pages together to paragraphs. A PDF does not know of paragraphs; they are recognised by what
 * a reader sees: a larger gap, another letter size, an indented line after a full stop. A paragraph goes on over a page's
 * end when its sentence does.
 */
export function toBlocks(pages: readonly (readonly Line[])[]): Block[] {
  const bodySize = median(
    pages.flat().flatMap(({ size, text }) => Array<number>(Math.ceil(text.length / 40)).fill(size)),
  )
  const groups: Line[][] = []
  for (const lines of pages) {
    const leading = leadingOf(lines)
    for (const [index, line] of lines.entries()) {
      const before = index > 0 ? lines[index - 1] : groups.at(-1)?.at(-1)
      const group = groups.at(-1)
      const goesOn = before && (index > 0 ? isSameParagraph(before, line, leading) : isSameSentence(before, line))
      if (group && goesOn) group.push(line)
      else groups.push([line])
    }
  }
  return groups.map((lines) => ({
    role: (lines[0]?.size ?? 0) > bodySize * headingSize ? 'heading' : 'paragraph',
    text: joinLines(lines.map((line) => line.text)),
  }))
}

/**
 * Puts lines together, and what a line's end tore apart: `hyphen-` and `ation`. A compound that was split at its own
 * hyphen loses it.
 */
function joinLines(lines: readonly string[]): string {
  const pieces: string[] = []
  for (const [index, line] of lines.entries()) {
    const isTorn = /\p{L}[-\u00ad\u2010]$/u.test(line) && /^\p{Ll}/u.test(lines[index + 1] ?? '')
    pieces.push(isTorn ? line.slice(0, -1) : `${line} `)
  }
  return onOneLine(pieces.join(''))
}

function isSameParagraph(before: Line, line: Line, leading: number): boolean {
  const gap = before.y - line.y
  // Upward is the next column.
  if (gap < 0) return isSameSentence(before, line)
  if (gap > leading * looseness || isOtherSize(before, line)) return false
  return !(line.x - before.x > line.size && endsSentence(before.text))
}

function isSameSentence(before: Line, line: Line): boolean {
  return !isOtherSize(before, line) && !endsSentence(before.text) && /^\p{Ll}/u.test(line.text)
}

function isOtherSize(before: Line, line: Line): boolean {
  return Math.abs(before.size - line.size) > 0.1 * Math.max(before.size, line.size)
}

function endsSentence(text: string): boolean {
  return /[.!?:…]["'”’»)]*$/u.test(text)
}

/** The usual distance of a page's lines. */
function leadingOf(lines: readonly Line[]): number {
  const gaps: number[] = []
  for (const [index, line] of lines.entries()) {
    const before = lines[index - 1]
    if (before && before.y > line.y) gaps.push(Math.min(before.y - line.y, leadingMax * line.size))
  }
  return median(gaps)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
