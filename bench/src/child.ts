import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Answer, Commands, Question } from './commands.ts'

/** How children are started. */
export interface Launch {
  /** Whether the packages are run as they are written, or as they were last built. */
  readonly code: 'source' | 'built'
  /** Options of node for the server alone, such as a profiler's. */
  readonly serverOptions: readonly string[]
  /** Where contenders are that are no part of the workspace, by name. */
  readonly paths?: { readonly [contender: string]: string | undefined }
}

const running = new Set<ChildProcess>()

/** Kills whatever still runs, by its process id. */
export function killChildren(): void {
  for (const child of running) child.kill('SIGKILL')
}

/** A process of ours, asked one thing at a time over its IPC channel. */
export class Child<TCommands extends Commands> implements AsyncDisposable {
  readonly #name: string
  readonly #process: ChildProcess
  /** Rejects when the process ends before it was told to. */
  readonly #gone: Promise<never>
  #isEnding = false

  constructor(file: string, parts: { launch: Launch; core: number | null; options?: readonly string[] }) {
    const { launch, core, options = [] } = parts
    this.#name = file
    const conditions = launch.code === 'source' ? ['--conditions=@telltale/source'] : []
    const node = [process.execPath, ...conditions, ...options, fileURLToPath(new URL(file, import.meta.url))]
    // taskset replaces itself by node: the process id and the channel stay.
    const [program = '', ...args] = core === null ? node : ['taskset', '-c', String(core), ...node]
    const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    this.#process = child
    running.add(child)
    this.#gone = new Promise((_, reject) => {
      child.once('error', (error) => reject(new Error(`${file} could not be started`, { cause: error })))
      child.once('exit', (code, signal) => {
        running.delete(child)
        if (!this.#isEnding) reject(new Error(`${file} ended too early (${signal ?? code})`))
      })
    })
    this.#gone.catch(() => undefined)
  }

  /** Asks and waits for the answer. Throws the child's problem, or when it is gone or says nothing for too long. */
  async ask<TName extends keyof TCommands & string>(
    name: TName,
    ask: TCommands[TName]['ask'],
    withinMs = 60_000,
  ): Promise<TCommands[TName]['answer']> {
    const answered = once(this.#process, 'message', { signal: AbortSignal.timeout(withinMs) })
    const question: Question = { name, ask }
    this.#process.send(question)
    const [answer] = (await Promise.race([answered, this.#gone]).catch((error: unknown) => {
      answered.catch(() => undefined)
      throw new Error(`${this.#name}: no answer to '${name}'`, { cause: error })
    })) as [Answer]
    if (!answer.ok) throw new Error(`${this.#name}, asked to ${name}: ${answer.problem}`)
    return answer.answer
  }

  /** Lets it go; what does not end by itself is killed. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isEnding = true
    const child = this.#process
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
    const exited = once(child, 'exit')
    if (child.connected) child.disconnect()
    const killer = setTimeout(() => child.kill('SIGKILL'), 10_000)
    await exited
    clearTimeout(killer)
  }
}
