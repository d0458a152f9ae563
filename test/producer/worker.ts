import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { SpanState } from '@telltale/contract'

/** What a worker can be told to do; each is answered when everything it said was answered. */
export type WorkerCommand =
  | { do: 'start'; conversationId: string; name: string; parent?: string }
  | { do: 'update'; name: string; text: string }
  | { do: 'end'; name: string }
  | { do: 'look' }

/** Where its spans stand, as it believes, and what its telemetry said so far. */
export interface WorkerAnswer {
  readonly states: { readonly [name: string]: SpanState }
  readonly events: readonly string[]
}

/** A producer in a process of its own. */
export interface Worker extends AsyncDisposable {
  tell(command: WorkerCommand): Promise<WorkerAnswer>
  /** Stops the process where it is, or lets it go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void
}

/** Starts one. */
export async function startWorker(url: string): Promise<Worker> {
  const script = fileURLToPath(new URL('worker-process.ts', import.meta.url))
  const child: ChildProcess = fork(script, [url], { execArgv: ['--conditions=@telltale/source'] })
  await once(child, 'message')
  return {
    async tell(command) {
      const answer = once(child, 'message')
      child.send(command)
      const [heard] = (await answer) as [WorkerAnswer]
      return heard
    },
    signal: (signal) => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}
