import { once } from 'node:events'
import { styleText } from 'node:util'
import { TelltaleError } from '@telltale/contract'
import type { Paint } from './line.ts'
import { toPrintable } from './printable.ts'

/** Colours where standard output is a terminal that wants them: `NO_COLOR` and pipes get none. */
export const paint: Paint = (style, text) => (text === '' ? '' : styleText(style, text))

/** Writes a line to standard output; settles when there is room for the next. */
export async function print(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain')
}

/** Tells the person something beside the output: a line on standard error. */
export function notice(text: string): void {
  process.stderr.write(`${styleText('dim', toPrintable(text), { stream: process.stderr })}\n`)
}

/** Says what failed, in one line with its code, and makes the command end with 1. */
export function fail(error: unknown): void {
  const text = TelltaleError.isInstance(error) ? `${error.code}: ${error.message}` : String(error)
  process.stderr.write(`${styleText('red', 'error:', { stream: process.stderr })} ${toPrintable(text)}\n`)
  process.exitCode = 1
}

/** Ends quietly when nobody reads the output any more, as in `telltale tail c1 | head`. */
export function endOnClosedOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit()
    throw error
  })
}
