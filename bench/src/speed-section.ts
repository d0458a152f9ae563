import { describeRun, formatMarkdownTable } from './report.ts'
import type { Results } from './results.ts'

const begin = '<!-- speed:begin -->'
const end = '<!-- speed:end -->'

/** Where the pictures are, seen from the README. */
export const pictures = { light: 'docs/pictures/speed.svg', dark: 'docs/pictures/speed-dark.svg' }

const picture = [
  '<picture>',
  `<source media="(prefers-color-scheme: dark)" srcset="${pictures.dark}">`,
  `<img alt="Deliveries a second to 1, 100 and 1,000 readers, as in the table below" src="${pictures.light}" width="640">`,
  '</picture>',
].join('\n')

/** What the README shows of a run: the fan-out, and everything else behind a line to click. */
export function formatSpeed(results: Results): string {
  const tables = results.measured.flatMap(({ name, tables }) => tables.map((table) => ({ name, table })))
  const shown = tables.filter(({ name }) => name === 'fan-out').slice(0, 2)
  const rest = tables.filter((table) => !shown.includes(table))
  const format = (some: typeof tables): string[] => some.map(({ table }) => formatMarkdownTable(table))
  return [
    picture,
    ...format(shown),
    ...(rest.length === 0
      ? []
      : [
          '<details><summary>Everything else that was measured in the same run</summary>',
          ...format(rest),
          '</details>',
        ]),
    `${describeRun(results).join('; ')}.`,
  ].join('\n\n')
}

/** Puts it between the two comments. Throws when they are not there. */
export function replaceSpeed(readme: string, text: string): string {
  const from = readme.indexOf(begin)
  const to = readme.indexOf(end)
  if (from < 0 || to < from) throw new Error(`the README has no ${begin} with ${end} after it`)
  return `${readme.slice(0, from + begin.length)}\n${text}\n${readme.slice(to)}`
}
