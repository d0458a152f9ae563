import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** Starts a process that works on a conversation in three nested spans, and settles when all of them are open. */
export async function startWorking(url: string, conversationId: string, name: string): Promise<ChildProcess> {
  const script = fileURLToPath(new URL('working-process.ts', import.meta.url))
  const child = fork(script, [url, conversationId, name], { execArgv: ['--conditions=@telltale/source'] })
  await once(child, 'message')
  return child
}

/** Kills a process without a warning and settles when it is gone. */
export async function killed(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
