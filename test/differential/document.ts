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

/** One thing that was heard, in the words of the page. Throws for what it has no words for. */
function lineOf(heard: unknown): string {
  if (typeof heard === 'string') return `\`${heard}\``
  if (typeof heard !== 'object' || heard === null) throw new Error(`no words for ${String(heard)}`)
  const { id, error, result, closed, reason, refused, exited, noted, aborted } = heard as Record<string, unknown>
  if (error !== undefined) {
    const { message, data } = error as { message: string; data: { code: string; httpStatus: number } }
    return `${code(id)} error \`${data.code}\` (${data.httpStatus}) “${message}”`
  }
  if (result !== undefined) {
    const { type, data } = result as { type: string; data?: unknown }
    return type === 'data' ? `${code(id)} data ${code(data)}` : `${code(id)} ${type}`
  }
  if (closed !== undefined) return `closed with ${String(closed)}${reason === undefined ? '' : ` “${String(reason)}”`}`
  if (refused !== undefined) return `HTTP ${String(refused)}`
  if (exited !== undefined) return `the process ends with ${String(exited)}`
  if (!Array.isArray(noted)) throw new Error(`no words for ${JSON.stringify(heard)}`)
  const signals = aborted === undefined ? '' : `; aborted: ${code(aborted)}`
  return `*App: ${noted.length === 0 ? 'nothing' : noted.join(', ')}${signals}*`
}

function code(value: unknown): string {
  const text = value instanceof RegExp ? String(value) : JSON.stringify(value)
  return `\`${text.replaceAll('|', '\\|')}\``
}
