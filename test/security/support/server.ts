import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { MemoryBackplaneOptions, TelltaleLimits, TelltaleSize } from '@telltale/server'
import { type Control, openControl } from './control.ts'

/** How a {@link startGuarded} server is set up. */
export interface ServerSetup {
  /** `traps`: a token is a user's name, and some hang, throw or deny. @default 'public' */
  readonly access?: 'public' | 'traps'
  readonly limits?: Partial<TelltaleLimits>
  readonly backplane?: MemoryBackplaneOptions
  readonly origins?: readonly string[]
}

/** What the process is asked. */
export interface ServerCommands {
  /** The most memory it ever had of the system, in bytes. */
  peakBytes(): number
  /** What it holds when everything that can be given back is given back, in bytes. */
  heldBytes(): number
  /** How many sockets and timers keep it alive. */
  resources(): number
  size(): TelltaleSize
  /** Says updates of a conversation. */
  say(conversationId: string, count: number, padding: number): void
  /** Says one update in each of many conversations. */
  sayInMany(conversations: number): Promise<void>
}

type Remote = {
  readonly [TName in keyof ServerCommands]: (
    ...args: Parameters<ServerCommands[TName]>
  ) => Promise<Awaited<ReturnType<ServerCommands[TName]>>>
}

/** A server in a process of its own, with a healthy reader on it. */
export interface Guarded extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly control: Control
  readonly process: ChildProcess
  readonly exitCode: number | null
  /** Everything that it wrote to its outputs. */
  readonly output: string
  readonly remote: Remote
  /** By how many bytes the most memory it ever had grew while something went on beside the reader. */
  growth<T>(attack: () => Promise<T>): Promise<number>
}

const script = fileURLToPath(new URL('server-process.ts', import.meta.url))
// Little room for what is young: what grows is what is held.
const execArgv = ['--conditions=@telltale/source', '--expose-gc', '--max-semi-space-size=2']

/** Starts one, and waits until its reader is live. */
export async function startGuarded(setup: ServerSetup = {}): Promise<Guarded> {
  const child = fork(script, [JSON.stringify(setup)], { execArgv, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  }
  const waiting = new Map<number, (value: never) => void>()
  let asked = 0
  child.on('message', ({ id, value }: { id: number; value: never }) => {
    waiting.get(id)?.(value)
    waiting.delete(id)
  })
  const port = await new Promise<number>((resolve, reject) => {
    waiting.set(0, resolve)
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it listened: ${output}`)))
  })
  const remote = new Proxy({} as Remote, {
    get:
      (_target, command) =>
      (...args: unknown[]) =>
        new Promise((resolve) => {
          const id = ++asked
          waiting.set(id, resolve)
          child.send({ id, command, args })
        }),
  })
  const url = `ws://127.0.0.1:${port}/trpc`
  const token = setup.access === 'traps' ? { token: 'control' } : {}
  const control = await openControl({ url, ...token, exitCode: () => child.exitCode })
  return {
    url,
    port,
    control,
    process: child,
    get exitCode() {
      return child.exitCode
    },
    get output() {
      return output
    },
    remote,
    async growth(attack) {
      const before = await remote.peakBytes()
      await control.during(attack())
      return (await remote.peakBytes()) - before
    },
    async [Symbol.asyncDispose]() {
      await control[Symbol.asyncDispose]()
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}
