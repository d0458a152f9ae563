import { LinkifyIt } from 'linkify-it'

const linkify = new LinkifyIt()

/** Whoever writes `scheme://` means a link, however it goes on: linkify-it would pass over the malformed ones. */
const schemed = /(?<![\p{L}\d])[a-z][a-z\d+.-]{0,20}:\/\/[^\s<>"“”„«»]*/giu

/** The links that are written out in a text, in its order: with a scheme, as mail address, or beginning with `www.` */
export function writtenLinks(text: string): string[] {
  const found: { readonly at: number; readonly end: number; readonly url: string }[] = []
  for (const { index, 0: match } of text.matchAll(schemed)) {
    const url = withoutPunctuation(match)
    found.push({ at: index, end: index + match.length, url })
  }
  const isTaken = (at: number): boolean => found.some((link) => at >= link.at && at < link.end)
  const others = (linkify.match(text) ?? []).filter(({ index, schema }) => schema !== '' && !isTaken(index))
  for (const { index, lastIndex, url } of others) found.push({ at: index, end: lastIndex, url })
  for (const { index, 0: match } of text.matchAll(/(?<![\p{L}\d/.@])www\.[^\s<>"“”„«»]+/giu)) {
    if (!isTaken(index))
      found.push({ at: index, end: index + match.length, url: `http://${withoutPunctuation(match)}` })
  }
  return found.sort((a, b) => a.at - b.at).map(({ url }) => url)
}

/** A link at a sentence's end does not own the full stop, nor one in brackets the bracket that closes them. */
function withoutPunctuation(url: string): string {
  const trimmed = url.replace(/[.,;:!?'’*_\]}]+$/u, '')
  const isOpen = trimmed.split(')').length > trimmed.split('(').length
  return trimmed.endsWith(')') && isOpen ? withoutPunctuation(trimmed.slice(0, -1)) : trimmed
}
