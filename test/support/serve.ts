import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A `telltale serve --public` in a process of its own: a crash is an observation, not the end of the run. */
export interface Served {
  readonly url: string
  readonly port: number
  readonly process: ChildProcess
  /** The exit code, once it has ended. */
  readonly exitCode: number | null
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** Starts the command and waits until it listens. */
export async function serve(port = 0, args: readonly string[] = []): Promise<Served> {
  const child = spawn(
    process.execPath,
    ['--conditions=@telltale/source', 'packages/cli/src/main.ts', 'serve', '--public', '--port', String(port), ...args],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const bound = await readPort(child)
  return {
    url: `ws://127.0.0.1:${bound}/trpc`,
    port: bound,
    process: child,
    get exitCode() {
      return child.exitCode
    },
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill(signal)
      await once(child, 'exit')
    },
  }
}

async function readPort(child: ChildProcess): Promise<number> {
  let said = ''
  return new Promise((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      said += chunk.toString()
      const match = /ws:\/\/[^:]+:(\d+)\//.exec(said)
      if (match) resolve(Number(match[1]))
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it listened: ${said}`)))
  })
}
