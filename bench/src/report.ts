import type { Machine } from './machine.ts'
import type { Results } from './results.ts'
import type { Table } from './workload.ts'

/** The results as text for a terminal. */
export function formatReport(results: Results): string {
  const tables = results.measured.flatMap(({ tables }) => tables)
  const failed = results.failed.map(({ name, problem }) => `FAILED: ${name}: ${problem}`)
  return `${[describeRun(results).join('\n'), ...tables.map(formatTable), ...failed].join('\n\n')}\n`
}

/** The results in Markdown. */
export function formatMarkdown(results: Results): string {
  const tables = results.measured.flatMap(({ tables }) => tables)
  const failed = results.failed.map(({ name, problem }) => `**Failed**: ${name}: ${problem}`)
  return `${[...tables.map(formatMarkdownTable), ...failed, describeRun(results).join('; ')].join('\n\n')}\n`
}

/** What the numbers were measured on, and how. */
export function describeRun({ machine, code, options, tookSeconds, startedAt }: Results): string[] {
  const { node, v8, cpu, cores, loadAverage } = machine
  const packages = code === 'source' ? 'from its sources' : 'as built'
  const rounds = `${options.rounds} round${options.rounds === 1 ? '' : 's'}`
  return [
    `node ${node} (V8 ${v8}), ${machine.platform}, ${cores} × ${cpu}, load ${loadAverage.toFixed(1)} at the start`,
    `${describePinning(machine)}; Telltale ${packages}; ${rounds}, ${tookSeconds.toFixed(0)} s, ${startedAt.slice(0, 10)}`,
  ]
}

function describePinning({ pinned }: Machine): string {
  if (!pinned) return 'server and readers in processes of their own, NOT pinned to cores'
  return `server on core ${pinned.server}, readers on core ${pinned.load}`
}

/** Columns padded to their widest cell: the first to the left, the numbers to the right. */
export function formatTable({ title, note, columns, rows }: Table): string {
  const lines = [['', ...columns], ...rows.map((row) => [row.title, ...row.cells])]
  const widths = ['', ...columns].map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)))
  const pad = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)
  return [
    title.replace(/^[^:]+:/, (name) => name.toUpperCase()),
    ...lines.map((line) => `  ${line.map(pad).join('   ').trimEnd()}`),
    ...(note === undefined ? [] : wrap(note, 110).map((line) => `  ${line}`)),
  ].join('\n')
}

/** A table of GitHub's Markdown, with its title above and its note below. Telltale's own row is bold. */
export function formatMarkdownTable({ title, note, columns, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const body = rows.map(({ title: name, cells }) => {
    const isOwn = name.startsWith('Telltale')
    const bold = (cell: string): string => (isOwn && cell !== '' ? `**${escapeMarks(cell)}**` : escapeMarks(cell))
    return line([bold(name), ...columns.map((_, column) => bold(cells[column] ?? ''))])
  })
  return [
    `**${title}**`,
    '',
    line(['', ...columns]),
    `|---|${columns.map(() => '---:|').join('')}`,
    ...body,
    ...(note === undefined ? [] : ['', escapeMarks(note)]),
  ].join('\n')
}

/** Nothing in a text of ours is meant as a mark. */
const escapeMarks = (text: string): string => text.replaceAll(/[|*~]/g, '\\$&')

/** Breaks a text between words. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
