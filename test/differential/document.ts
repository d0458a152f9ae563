import type { Difference } from './differences.ts'

const introduction = `# Where our adapter differs from tRPC's

Telltale speaks tRPC's WebSocket protocol with an adapter of its own. The same conversations are held with tRPC's stock
adapter and with ours, over the same router, with and without superjson, and everything a client hears is compared. It
is the same but for what stands here. This page is written by the test that holds it true (\`test/differential\`).

A message is shown by the id of its request (\`null\` where it names none) and what it brings. *App* is what the app saw
meanwhile. The limits are small in the conversations about them; their defaults stand beside them.

Not compared: the order between answers to the requests of one message, the order of keys in a JSON object, and the notice with
which a server that closes asks its clients to reconnect.
`

/** The table of differences as a page for readers. */
export function renderDifferences(differences: Readonly<Record<string, Difference>>): string {
  const rows = Object.entries(differences).map(
    ([name, { stock, ours, why }]) => `| ${name} | ${cell(stock)} | ${cell(ours)} | ${why} |`,
  )
  const head = ['| conversation | stock adapter | Telltale | why |', '| --- | --- | --- | --- |']
  return [introduction, ...head, ...rows, ''].join('\n')
}

function cell(heard: readonly unknown[]): string {
  return heard.length === 0 ? 'nothing' : grouped(heard.map(lineOf)).join('<br>')
}

/** Equal lines one behind the other become one line and a count. */
function grouped(lines: readonly string[]): string[] {
  const groups: [line: string, count: number][] = []
  for (const line of lines) {
    const last = groups.at(-1)
    if (last?.[0] === line) last[1]++
    else groups.push([line, 1])
  }
  return groups.map(([line, count]) => (count > 1 ? `${line} (${count} times)` : line))
}

interface ErrorData {
  readonly code: string
  readonly httpStatus: number
  readonly stack?: string
}

/** Whatever the table may hold. */
interface Heard {
  readonly id?: unknown
  readonly error?: { readonly message: string; readonly data: ErrorData }
  readonly result?: { readonly type: string; readonly data?: unknown }
  readonly closed?: number
  readonly reason?: string
  readonly refused?: number
  readonly exited?: number
  readonly noted?: readonly string[]
  readonly aborted?: object
}

/** One thing that was heard, in the words of the page. Throws for what it has no words for. */
function lineOf(heard: unknown): string {
  if (typeof heard === 'string') return `\`${heard}\``
  const { id, error, result, closed, reason, refused, exited, noted, aborted } = heard as Heard
  if (error) {
    const { code: key, httpStatus, stack } = error.data
    return `${code(id)} error \`${key}\` (${httpStatus}) “${error.message}”${stack ? `, stack ${stack}` : ''}`
  }
  if (result) return result.type === 'data' ? `${code(id)} data ${code(result.data)}` : `${code(id)} ${result.type}`
  if (closed !== undefined) return `closed with ${closed}${reason === undefined ? '' : ` “${reason}”`}`
  if (refused !== undefined) return `HTTP ${refused}`
  if (exited !== undefined) return `the process ends with ${exited}`
  if (!noted) throw new Error(`no words for ${JSON.stringify(heard)}`)
  return `*App: ${noted.length === 0 ? 'nothing' : noted.join(', ')}${aborted ? `; aborted: ${code(aborted)}` : ''}*`
}

function code(value: unknown): string {
  const text = value instanceof RegExp ? String(value) : JSON.stringify(value)
  return `\`${text.replaceAll('|', '\\|')}\``
}
