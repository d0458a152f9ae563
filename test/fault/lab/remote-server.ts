import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { LedgerEntry } from '../checker/ledger.ts'
import type { LabServer, Measured, Saying } from './lab-server.ts'
import type { LocalServerOptions } from './local-server.ts'

/** What a server in a process of its own is started with; it has to be JSON. */
export type RemoteSetup = Pick<LocalServerOptions, 'telltale' | 'port' | 'drainMs'>

export type RemoteCommand =
  | { do: 'say'; updates: readonly Saying[] }
  | { do: 'flush' | 'close'; id: number }
  | { do: 'block'; id: number; ms: number }
  | { do: 'present'; id: number; conversationId: string }
  | { do: 'measure'; id: number; isCollected: boolean }

export type RemoteAnswer =
  | { kind: 'listening'; port: number }
  | { kind: 'recorded'; entries: readonly LedgerEntry[] }
  | { kind: 'done'; id: number; measured: Measured | null; count?: number }

type Answer = Pick<Extract<RemoteAnswer, { kind: 'done' }>, 'measured' | 'count'>
type Question<TCommand = RemoteCommand> = TCommand extends { id: number } ? Omit<TCommand, 'id'> : never

/** A server in a process of its own: its end is an observation, and its memory is its own. */
export interface RemoteServer extends LabServer {
  readonly process: ChildProcess
  /** Keeps its event loop busy for so long, in milliseconds. */
  block(ms: number): Promise<void>
  /** The same as `measure`, after everything that can be given back was. */
  measureCollected(): Promise<Measured>
}

/** Starts one and waits until it listens. */
export async function startRemoteServer(
  setup: RemoteSetup,
  recorded: (entries: readonly LedgerEntry[]) => void,
): Promise<RemoteServer> {
  const script = fileURLToPath(new URL('server-process.ts', import.meta.url))
  const child = fork(script, [JSON.stringify(setup)], {
    execArgv: ['--conditions=@telltale/source', '--expose-gc', '--disable-warning=ExperimentalWarning'],
  })
  const waiting = new Map<number, (answer: Answer) => void>()
  let questions = 0
  const port = await new Promise<number>((resolve, reject) => {
    child.on('message', (answer: RemoteAnswer) => {
      if (answer.kind === 'listening') resolve(answer.port)
      else if (answer.kind === 'recorded') recorded(answer.entries)
      else {
        waiting.get(answer.id)?.(answer)
        waiting.delete(answer.id)
      }
    })
    child.once('exit', (code) => {
      reject(new Error(`the server ended with ${code}`))
      for (const settle of waiting.values()) settle({ measured: null })
    })
  })
  const ask = (question: Question): Promise<Answer> =>
    new Promise((resolve) => {
      const id = ++questions
      waiting.set(id, resolve)
      child.send({ ...question, id })
    })
  const measure = async (isCollected: boolean): Promise<Measured> => {
    const { measured } = await ask({ do: 'measure', isCollected })
    if (!measured) throw new Error('the server is gone')
    return measured
  }
  return {
    port,
    process: child,
    say: (updates) => void child.send({ do: 'say', updates } satisfies RemoteCommand),
    flush: async () => void (await ask({ do: 'flush' })),
    block: async (ms) => void (await ask({ do: 'block', ms })),
    measure: () => measure(false),
    present: async (conversationId) => (await ask({ do: 'present', conversationId })).count ?? 0,
    measureCollected: () => measure(true),
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      if (child.connected) child.send({ do: 'close', id: 0 } satisfies RemoteCommand)
      await exited
    },
  }
}
