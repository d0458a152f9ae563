import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { root } from './root.ts'

/** The demo's server as a process of its own. */
export interface DemoServer extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly pid: number
  /** Ends it; the answer is its exit code, `null` after a signal that it could not handle. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** What the demo's server printed when it did not start, and how it ended. */
export interface FailedStart {
  readonly exitCode: number | null
  readonly output: string
}

/** Starts the server on a page, with more of its settings where they matter; port 0 takes a free one. Rejects with what it printed when it does not start. */
export async function startDemo(pageDir: string, port = 0, env: Record<string, string> = {}): Promise<DemoServer> {
  const child = spawnDemo({ ...env, PAGE_DIR: pageDir, PORT: String(port) })
  const started = await new Promise<string | FailedStart>((resolve) => {
    let output = ''
    const hear = (chunk: Buffer): void => {
      output += chunk.toString()
      const [url] = /^http:\/\/\S+(?=\n)/m.exec(output) ?? []
      if (url) resolve(url)
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('close', (exitCode) => resolve({ exitCode, output }))
  })
  if (typeof started !== 'string') throw new Error(`the demo ended with ${started.exitCode}: ${started.output}`)
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal)
      await once(child, 'exit')
    }
    return child.exitCode
  }
  return {
    url: started,
    port: Number(new URL(started).port),
    pid: child.pid ?? 0,
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop('SIGKILL')
    },
  }
}

/** Starts the server where it must not start, and waits for its end. */
export async function failToStartDemo(env: Record<string, string>): Promise<FailedStart> {
  const child = spawnDemo(env)
  let output = ''
  const hear = (chunk: Buffer): void => {
    output += chunk.toString()
  }
  child.stdout?.on('data', hear)
  child.stderr?.on('data', hear)
  const [exitCode] = await once(child, 'close')
  return { exitCode, output }
}

function spawnDemo(env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, ['--conditions=@telltale/source', 'apps/demo/server/main.ts'], {
    cwd: root,
    env: { ...process.env, HOST: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}
