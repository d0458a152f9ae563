import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, vi } from 'vitest'

const main = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url))
const timeout = 20_000

/** The real command, running. What it wrote so far is in `out` and `err`. */
export class RunningCommand {
  readonly child: ChildProcessWithoutNullStreams
  out = ''
  err = ''
  readonly #exit: Promise<unknown>

  constructor(args: readonly string[], env: Record<string, string>) {
    const { FORCE_COLOR: _colour, NO_COLOR: _none, TELLTALE_TOKEN: _token, ...inherited } = process.env
    this.child = spawn(process.execPath, ['--conditions=@telltale/source', main, ...args], {
      env: { ...inherited, TZ: 'UTC', ...env },
    })
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.out += text
    })
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.err += text
    })
    // Who ends early does not read what is still written to it.
    this.child.stdin.on('error', () => undefined)
    this.#exit = once(this.child, 'close')
    onTestFinished(async () => {
      this.child.kill('SIGKILL')
      await this.#exit
    })
  }

  /** The lines of standard output. */
  get lines(): string[] {
    return this.out.split('\n').slice(0, -1)
  }

  /** The lines of standard output, each read as JSON. */
  get events(): { type: string; reason?: string; update: { category: string; text: string; metadata: object } }[] {
    return this.lines.map((line) => JSON.parse(line))
  }

  /** Its exit code, when it has ended by itself. */
  async ended(): Promise<number | null> {
    await this.#exit
    return this.child.exitCode
  }

  /** Waits until something stands in standard output. */
  async prints(text: string): Promise<void> {
    await vi.waitFor(() => expect(this.out).toContain(text), { timeout })
  }

  /** Waits until something stands in standard error. */
  async tells(text: string): Promise<void> {
    await vi.waitFor(() => expect(this.err).toContain(text), { timeout })
  }

  /** Waits until so many lines stand in standard output. */
  async printsLines(count: number): Promise<void> {
    await vi.waitFor(() => expect(this.lines.length).toBeGreaterThanOrEqual(count), { timeout })
  }
}

/** Starts the command. It is killed when the test is over. */
export function start(args: readonly string[], env: Record<string, string> = {}): RunningCommand {
  return new RunningCommand(args, env)
}

/** Runs the command to its end, with nothing or something on its standard input. */
export async function run(
  args: readonly string[],
  input = '',
): Promise<RunningCommand & { readonly code: number | null }> {
  const command = start(args)
  command.child.stdin.end(input)
  const code = await command.ended()
  return Object.assign(command, { code })
}

/** A server that `telltale serve` runs. */
export interface Served {
  readonly command: RunningCommand
  readonly url: string
  readonly port: string
}

/** Starts `telltale serve` on a free port, or on the one given, and waits for its address. */
export async function serve(...args: string[]): Promise<Served> {
  const command = start(args.includes('--port') ? ['serve', ...args] : ['serve', '--port', '0', ...args])
  await command.prints('\n')
  const [url = '', port = ''] = /ws:\/\/localhost:(\d+)\/trpc/.exec(command.out) ?? []
  return { command, url, port }
}
