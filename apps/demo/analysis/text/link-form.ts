import type { FoundLink } from '../../api/analysis.ts'

const withHost = new Set(['http', 'https', 'ftp', 'ws', 'wss'])
const others = new Set(['mailto', 'tel', 'sms', 'geo', 'news', 'xmpp', 'sip'])
/** They run or hold something instead of leading somewhere. */
const notFollowed = new Set(['javascript', 'data', 'vbscript', 'file', 'blob'])

/** No server is bound to take more (RFC 9110, 4.1), in characters. */
const lengthMax = 8_000

/** Each address of a document once, in its order, and whether it is well formed. Nothing is fetched. */
export function checkLinks(links: readonly string[]): FoundLink[] {
  return [...new Set(links)].map((url) => {
    if (url.length > lengthMax) return { url: shortened(url), isWellFormed: false, problem: 'too long' }
    const problem = problemOf(url)
    return problem === null ? { url, isWellFormed: true } : { url, isWellFormed: false, problem }
  })
}

function shortened(url: string): string {
  return `${url.slice(0, 100).toWellFormed()}…`
}

/** What is wrong with the form of an address. Browsers forgive much of it; a writer would want to know. */
function problemOf(url: string): string | null {
  const text = url.trim()
  if (text === '') return 'empty'
  if (/\s/u.test(text)) return 'spaces'
  if (/%(?![\da-f]{2})/i.test(text)) return 'a % without two digits'
  const [, scheme, rest = ''] = /^([a-z][a-z\d+.-]*):(.*)$/i.exec(text) ?? []
  // Without a scheme it is relative to the document: a path, a query, a place on the page.
  if (scheme === undefined) return text.startsWith('//') ? hostProblemOf('https', text) : relativeProblemOf(text)
  const name = scheme.toLowerCase()
  if (notFollowed.has(name)) return `${name}: is not followed`
  if (withHost.has(name)) return hostProblemOf(name, rest)
  if (!others.has(name)) return `unknown scheme ${name}:`
  if (name === 'mailto' && !/^[^@\s]+@[^@\s]+\.[^@\s.]+$/.test(rest.split('?')[0] ?? '')) return 'no mail address'
  return rest === '' ? 'nothing after the scheme' : null
}

function relativeProblemOf(text: string): string | null {
  return URL.canParse(text, 'https://relative.invalid/') ? null : 'not an address'
}

function hostProblemOf(scheme: string, rest: string): string | null {
  if (!rest.startsWith('//')) return 'no // after the scheme'
  const [authority = ''] = rest.slice(2).split(/[/?#\\]/)
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  if (host.replace(/:\d*$/, '') === '') return 'no host'
  const port = /:([^\]]*)$/.exec(host)?.[1]
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535)) return 'not a port'
  const labels = host.replace(/:\d*$/, '').replace(/\.$/, '').split('.')
  if (labels.some((label) => label === '')) return 'two dots in the host'
  return URL.canParse(`${scheme}:${rest}`) ? null : 'not a host'
}
