import { copyJson, isPlainObject, type Json, type JsonObject } from '../json.ts'

/** What stands where a secret was. */
export const redacted = '[redacted]'

const secretName =
  /passw(?:or)?d|passphrase|pwd|[_-]pass$|secret|token(?!i[sz])|(?:api|access|account|private|shared)[ _-]?key|\botp\b|authorization|credential|cookie|session|signature/i
/** What a model reads and writes is counted in tokens too: a number under such a name is no secret. */
const countName = /tokens|token[ _-]?(?:count|limit|usage|budget)/i

/** Whether a value is secret by the name it has. */
function isSecret(name: string, isNumber: boolean): boolean {
  return secretName.test(name) && !(isNumber && countName.test(name))
}

/**
 * A copy in which the value of every secret-named key is `[redacted]`, at any depth. `undefined` for what is not JSON,
 * see `copyJson`.
 */
export function redactEntries(entries: JsonObject): JsonObject | undefined {
  const copy = copyJson(entries)
  return copy.ok && isPlainObject(copy.value) ? redactIn(copy.value as JsonObject) : undefined
}

function redactIn(entries: JsonObject): JsonObject {
  const safe: [string, Json][] = []
  for (const [key, value] of Object.entries(entries)) {
    if (value === undefined) continue
    safe.push([key, isSecret(key, typeof value === 'number') ? redacted : redactInside(value)])
  }
  return Object.fromEntries(safe)
}

function redactInside(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value
  return isList(value) ? value.map(redactInside) : redactIn(value)
}

/** `Array.isArray` does not see a readonly array as one. */
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

/**
 * Replaces in a text what looks like a secret, an e-mail address or the folders of an absolute path. Every shape begins
 * where no longer one can begin, so that the time is linear in the text; callers cut long ones all the same.
 */
export function redact(text: string): string {
  const named = redactNamed(
    text
      .replace(/-----BEGIN [\s\S]*?(?:-----END[^-]*-----|$)/g, redacted)
      .replace(/:\/\/(?:(?!:\/\/)\S)*/g, hideUserinfo)
      .replace(/([?&#][^\s=&?#"'<>]{1,64}=)[^\s&#"'<>]+/g, `$1${redacted}`),
  )
  return named
    .replace(/\b(bearer|basic)([\s:="'`]+)([\w.~+/=*-]*[\w~+/=*-])/gi, hideCredentials)
    .replace(knownToken, redacted)
    .replace(/(?<![\w.+-])[\w.+-]+:[^\s@:/]+@(?=[a-z][\w-]*(?:\.[a-z]|:\d|[(/])|\d+(?:\.\d+){3})/gi, `${redacted}@`)
    .replace(/(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]+@(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}/gu, redacted)
    .replace(windowsPath, '…/')
    .replace(/(["'`])(\/[^"'`]+)(?=\1)/g, (_whole, quote: string, path: string) => quote + hideFolders(path))
    .replace(/(?:file:\/\/|(?<![\p{L}\p{N}_.~/@…+-]))(?:\/[^\s/"'`<>|:;,()[\]{}]+)+\/?/gu, hideFolders)
    .replace(/[A-Za-z0-9+/_-]{30,}={0,2}/g, hideOpaque)
}

/** `://user:password@host`; a password may hold what else would end it. */
function hideUserinfo(url: string): string {
  const rest = url.slice(3)
  const authority = rest.split(/[/?#]/, 1)[0] ?? ''
  const isHost = !authority.includes(':') || authority.includes('[') || /:\d+$/.test(authority)
  const end = (isHost ? authority : rest).lastIndexOf('@')
  return end < 0 ? url : `://${redacted}${rest.slice(end)}`
}

/** A name with what stands between it and its value. */
const nameOfValue =
  /(?<![\w.$-])((?:(?:api|access|private)\s+)?[\w.$-]+)(?:\\*["'`]?[\])*]{0,2}\s*(?:=>|:=|={1,3}|:(?!:)|%3[AD])\s*|(?=\s)(?<=--[\w-]{1,64})\s+)/gi
const fileName = /\.(?:[cm]?[jt]sx?|json|ya?ml|toml|ini|txt|md|py|go|rs|rb|java|html?|css|log|xml|csv|sql|sh)$/i
const harmless =
  /^(?:null|undefined|none|nil|true|false|yes|no|missing|required|empty|invalid|expired|[^\p{L}\p{N}]*)$/iu
/** Names of what can be a plain word, or begins with one. */
const wordy = /pass|pwd|secret|key|authorization|cookie/i
/** `Invalid token: jwt expired` is a sentence. */
const prose = /^(?:[A-Z]{1,4}|[A-Z]?[a-z]{1,11}) (?:\(|[a-z]+(?![\w-]))/
/** `Missing credentials: DB_PASSWORD` names a variable. */
const variable = /^[A-Z]+(?:_[A-Z]+)+$/

function redactNamed(text: string): string {
  let safe = ''
  let from = 0
  for (const match of text.matchAll(nameOfValue)) {
    const [whole, name = ''] = match
    const start = match.index + whole.length
    if (start < from || !secretName.test(name) || fileName.test(name)) continue
    const end = endOfValue(text, start, name)
    const value = text.slice(start, end)
    if (!isSecret(name, /^\d[\d.,_]*$/.test(value)) || harmless.test(value) || variable.test(value)) continue
    if (whole.endsWith(': ') && !wordy.test(name) && prose.test(text.slice(start, start + 40))) continue
    safe += text.slice(from, start) + redacted
    from = end
  }
  return safe + text.slice(from)
}

const quoted = /\\+(["'`])(?:(?!\1).)*\1?|(["'`])(?:\\.|(?!\2)[^\\])*\2?/sy
/** To the next whitespace or entry. */
const bare = /(?:[^\s,;&]|[,;&](?!\s|$|\\*["']?[\w.-]{1,64}\\*["']?\s*[:=]))+/y
const scheme = /(?:bearer|basic|digest|token|apikey|negotiate)\s+/iy
const anyScheme = /[a-z][\w-]*\s+/iy
const cookies = /(?:;\s*[^\s;]+)*/y

function endOfValue(text: string, start: number, name: string): number {
  const inQuotes = endOf(quoted, text, start)
  if (inQuotes > start) return inQuotes
  if (/[[{]/.test(text.charAt(start))) return endOfBrackets(text, start)
  let end = endOf(bare, text, endOf(/authorization/i.test(name) ? anyScheme : scheme, text, start))
  if (/cookie/i.test(name)) return endOf(cookies, text, end)
  while (end > start && /[)\]}>"'`.,;:!?]/.test(text.charAt(end - 1))) end--
  return end
}

/** Where a sticky shape ends that begins here; here when it does not. */
function endOf(shape: RegExp, text: string, start: number): number {
  shape.lastIndex = start
  return shape.test(text) ? shape.lastIndex : start
}

/** Behind the bracket that closes the one here; the end of the text when none does. */
function endOfBrackets(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const character = text.charAt(at)
    if (/["'`]/.test(character)) at = endOf(quoted, text, at) - 1
    else if (/[[{]/.test(character)) depth++
    else if (/[\]}]/.test(character) && --depth === 0) return at + 1
  }
  return text.length
}

const afterBearer =
  /^(?:tokens?|auth|authentication|authorization|schemes?|headers?|realm|error|credentials?|format|is|was|of|and|or|not|in|for|must)(?![\w-])/i

/** Tells `Basic dXNlcjpwYXNz` from `Basic authentication`. */
function hideCredentials(whole: string, scheme: string, gap: string, value: string): string {
  const isWord =
    scheme.toLowerCase() === 'bearer'
      ? afterBearer.test(value)
      : !/^(?=.*[a-z])[\w+/-]{6,}={0,2}$/.test(value) || value.length % 4 !== 0 || !/.[A-Z0-9+/=]/.test(value)
  return isWord ? whole : `${scheme}${gap}${redacted}`
}

const knownToken = new RegExp(
  `(?<![A-Za-z0-9])(?:${[
    'eyJ[\\w-]{6,}(?:\\.[\\w-]*)*', // JWT
    'sk-[\\w*-]{6,}',
    '(?:sk|pk|rk)_(?:live|test)_\\w{6,}',
    'gsk_\\w{16,}',
    'whsec_\\w{6,}',
    'gh[a-z]_\\w{6,}',
    'github_pat_\\w{6,}',
    'glpat-[\\w-]{6,}',
    'xox[a-z]-[\\w-]{6,}',
    'xapp-[\\w-]{6,}',
    '(?:AKIA|ASIA)[A-Z0-9]{12,}',
    'AIza[\\w-]{20,}',
    'ya29\\.[\\w-]{6,}',
    '(?:npm|hf)_[A-Za-z0-9]{16,}', // npm_config_cache and hf_hub_download are none
  ].join('|')})`,
  'g',
)

const roots =
  /^\/(?:home|Users|root|var|etc|tmp|opt|usr|srv|mnt|private|proc|sys|dev|run|workspace|Library|Applications|Volumes|lib|bin|sbin|nix|snap)\//

/** `/home/ada/app.json` becomes `…/app.json`. A route such as `/v1/chat/completions` is no file. */
function hideFolders(path: string): string {
  const plain = path.replace(/^file:\/\//, '')
  const last = plain.lastIndexOf('/')
  const isFile = last > 0 && (roots.test(plain) || /\.[a-z][a-z0-9]{0,7}$/i.test(plain.slice(last)))
  return isFile ? `…${plain.slice(last)}` : path
}

/** The folders of a path on a drive or a share; names in the middle may hold spaces. */
const windowsPath =
  /(?:(?<![A-Za-z])[A-Za-z]:[\\/]+|(?<![\w\\])\\\\(?=[^\\\s]+\\))(?:[^\\/\s"'`<>|:*?]+[\\/]+|[^\\/\r\n"'`<>|:*?]+\\+)*/g

const uuid = /((?<![A-Za-z0-9])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![A-Za-z0-9]))/i

/** Redacts a long run of letters and digits; words, versions and UUIDs in it can be read, and are needed. */
function hideOpaque(run: string): string {
  return run
    .split(uuid)
    .map((part) => (isOpaque(part) && !uuid.test(part) ? redacted : part))
    .join('')
}

function isOpaque(run: string): boolean {
  if (run.length < 32 || !/\d/.test(run) || !/[A-Za-z]/.test(run)) return false
  return !run.split(/[+/_=-]/).every((part) => /^(?:[A-Za-z]*\d{0,3}|\d{1,8}[A-Za-z]{0,2})$/.test(part))
}
