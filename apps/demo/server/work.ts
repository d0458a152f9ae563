import type { ChildProcess } from 'node:child_process'
import type { DeskMessage, Failure, StatusServer, WorkMessage, WorkOrder } from '../analysis/messages.ts'
import type { Findings } from '../api/analysis.ts'
import { workerHeapMb } from './workers.ts'

/** How long a worker that is to stop may take for its last words, in milliseconds. */
const graceMs = 1_000
/** Most characters that are kept of what a worker printed last. */
const lastWordsMax = 4_096

/** How a worker's work ended. */
export type Outcome = { readonly state: 'succeeded' } | { readonly state: 'failed'; readonly failure: Failure }

/** What {@link startWork} takes. */
export interface WorkOptions {
  /** Has nothing else to do. */
  readonly child: ChildProcess
  readonly order: WorkOrder
  readonly server: Promise<StatusServer>
  /** How long it may take without its rests, in milliseconds. */
  readonly deadlineMs: number
  /** Told everything that is found, as it happens, until the end. */
  readonly onFound: (findings: Findings) => void
  /** Called once; never after `stop`. */
  readonly onEnd: (outcome: Outcome) => void
  /** Called once, when the process and its memory are gone. */
  readonly onExit: () => void
}

/** Work in a process of its own, which says itself how it goes. */
export interface Work {
  /** Lets it say that it is cancelled, and ends it, soon. Settles when it is gone. */
  stop(): Promise<void>
  /** Ends it at once, in the middle of a word. */
  kill(): void
}

/** Gives a worker a document. */
export function startWork({ child, order, server, deadlineMs, onFound, onEnd, onExit }: WorkOptions): Work {
  const exited = Promise.withResolvers<void>()
  let lastWords = ''
  let isOver = false
  let mercy: NodeJS.Timeout | null = null

  const tell = (message: DeskMessage): void => {
    // One that died cannot be told anything, which its end will show.
    child.send(message, () => undefined)
  }
  const end = (outcome: Outcome): void => {
    if (isOver) return
    isOver = true
    clearTimeout(deadline)
    onEnd(outcome)
  }
  const killSoon = (): void => {
    mercy ??= setTimeout(() => child.kill('SIGKILL'), graceMs)
  }
  const deadline = setTimeout(() => {
    const failure: Failure = { code: 'TIMEOUT', message: `The analysis took longer than ${deadlineMs / 1_000} s` }
    tell({ type: 'stop', failure })
    end({ state: 'failed', failure })
    killSoon()
  }, deadlineMs)

  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-lastWordsMax)
  })
  child.on('message', (message: WorkMessage) => {
    if (!isOver && message.type === 'found') onFound(message.findings)
    if (message.type === 'failed') end({ state: 'failed', failure: message.failure })
    if (message.type === 'finished') end({ state: 'succeeded' })
    tell({ type: 'noted' })
  })
  child.on('error', (error) => {
    lastWords += error.message
    if (child.pid === undefined) leave('it could not be started')
  })
  child.once('close', (code: number | null, signal: NodeJS.Signals | null) => leave(reasonOf(code, signal, lastWords)))

  function leave(why: string): void {
    if (mercy) clearTimeout(mercy)
    end({ state: 'failed', failure: { code: 'WORKER_DIED', message: `The analysis died: ${why}` } })
    onExit()
    exited.resolve()
  }

  void server.then((address) => tell({ type: 'order', order, server: address }))
  return {
    stop() {
      isOver = true
      clearTimeout(deadline)
      child.kill('SIGTERM')
      killSoon()
      return exited.promise
    },
    kill: () => void child.kill('SIGKILL'),
  }
}

function reasonOf(code: number | null, signal: NodeJS.Signals | null, lastWords: string): string {
  if (lastWords.includes('heap out of memory')) return `it needed more than ${workerHeapMb} MiB of memory`
  return signal === 'SIGKILL' ? 'its process was killed' : `its process ended with ${signal ?? code}`
}
