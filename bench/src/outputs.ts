import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { drawFigure } from './chart.ts'
import type { Outputs } from './command-line.ts'
import { formatMarkdown } from './report.ts'
import { type Results, shorten, toJson } from './results.ts'
import { formatSpeed, pictures, replaceSpeed } from './speed-section.ts'

const root = new URL('../../', import.meta.url)

/** Writes what the command line asks for. */
export async function writeOutputs(results: Results, { json, markdown, svg, write }: Outputs): Promise<void> {
  const everything = toJson(results)
  if (json !== null) await writeFile(json, toText(everything))
  if (markdown !== null) await writeFile(markdown, formatMarkdown(results))
  const figure = results.measured.find((measured) => measured.figure)?.figure
  if (figure && svg !== null) await drawTo(svg, figure)
  if (!write) return
  if (results.failed.length > 0) throw new Error('nothing is written for the README: a part failed')
  if (!figure) throw new Error('nothing is written for the README: it shows the fan-out, which was not measured')
  await drawTo(new URL(pictures.light, root), figure)
  const record = fileURLToPath(new URL('bench/results.json', root))
  await writeFile(record, toText(shorten(everything)))
  // The record is part of the repository, whose files all have one form.
  await promisify(execFile)(fileURLToPath(new URL('node_modules/.bin/biome', root)), ['format', '--write', record])
  const readme = new URL('README.md', root)
  await writeFile(readme, replaceSpeed(await readFile(readme, 'utf8'), formatSpeed(results)))
}

/** One picture for light pages, and beside it one for dark ones. */
async function drawTo(file: string | URL, figure: Parameters<typeof drawFigure>[0]): Promise<void> {
  const dark = file.toString().replace(/(\.svg)?$/, '-dark$1')
  await writeFile(file, drawFigure(figure, 'light'))
  await writeFile(typeof file === 'string' ? dark : new URL(dark), drawFigure(figure, 'dark'))
}

const toText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
