import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { ThreadCommands } from './server-thread.ts'

/** A server in a thread of its own: packages resolve there as a server's do, not as a browser's. */
export type RemoteServer = AsyncDisposable & {
  readonly url: string
} & {
  readonly [TName in Exclude<keyof ThreadCommands, 'close'>]: (
    ...args: Parameters<ThreadCommands[TName]>
  ) => Promise<Awaited<ReturnType<ThreadCommands[TName]>>>
}

/** Starts a server on a free port that denies some conversations. */
export async function startRemoteServer(options: { denied?: readonly string[] } = {}): Promise<RemoteServer> {
  const thread = new Worker(join(import.meta.dirname, 'server-thread.ts'), {
    execArgv: ['--conditions=@telltale/source'],
    workerData: { denied: options.denied ?? [] },
  })
  const waiting = new Map<number, (value: never) => void>()
  let calls = 0
  thread.on('message', ({ id, value }: { id: number; value: never }) => {
    waiting.get(id)?.(value)
    waiting.delete(id)
  })
  const url = await new Promise<string>((resolve, reject) => {
    waiting.set(0, resolve)
    thread.once('error', reject)
  })
  const call = <T>(command: keyof ThreadCommands, ...args: readonly unknown[]): Promise<T> =>
    new Promise((resolve) => {
      const id = ++calls
      waiting.set(id, resolve)
      thread.postMessage({ id, command, args })
    })
  return {
    url,
    say: (...args) => call('say', ...args),
    burst: (...args) => call('burst', ...args),
    startSpan: (...args) => call('startSpan', ...args),
    tellSpan: (...args) => call('tellSpan', ...args),
    flush: () => call('flush'),
    counts: () => call('counts'),
    cut: () => call('cut'),
    async [Symbol.asyncDispose]() {
      await call('close')
      await thread.terminate()
    },
  }
}
