import { Worker } from 'node:worker_threads'
import type { WorkMessage, WorkOrder } from '../analysis/messages.ts'
import type { Refusal } from '../api/analysis.ts'

/** The thread that analyses a document. */
export const analysisWorker = new URL('../analysis/worker.ts', import.meta.url)

/** Most memory of one worker's JavaScript, in MiB. */
const workerHeapMb = 512

/** How a worker's work ended. */
export type Outcome =
  | { readonly state: 'succeeded' }
  | { readonly state: 'failed'; readonly code: Refusal; readonly message: string }

/** What {@link startWork} takes. */
export interface WorkOptions {
  readonly order: WorkOrder
  readonly file: URL
  /** How long it may take without its rests, in milliseconds. */
  readonly deadlineMs: number
  /** Told everything the worker tells, as it happens, until the end. */
  readonly onMessage: (message: Exclude<WorkMessage, { type: 'refused' | 'finished' }>) => void
  /** Called once; never after `stop`. */
  readonly onEnd: (outcome: Outcome) => void
  /** Called once, when the thread and its memory are gone. */
  readonly onExit: () => void
}

/** Work in a thread of its own. */
export interface Work {
  /** Ends the thread at once, wherever it is; nothing is told after that. */
  stop(): Promise<void>
}

/** Starts a worker on a document. The document's bytes move to it. */
export function startWork({ order, file, deadlineMs, onMessage, onEnd, onExit }: WorkOptions): Work {
  const worker = new Worker(file, {
    workerData: order,
    transferList: order.bytes.buffer instanceof ArrayBuffer ? [order.bytes.buffer] : [],
    resourceLimits: { maxOldGenerationSizeMb: workerHeapMb },
    // Libraries that print do not print into our log.
    stdout: true,
    stderr: true,
    execArgv: [],
  })
  worker.stdout.resume()
  worker.stderr.resume()

  let isOver = false
  const end = (outcome: Outcome): void => {
    if (isOver) return
    isOver = true
    clearTimeout(deadline)
    onEnd(outcome)
    void worker.terminate()
  }
  const die = (why: string): void => end({ state: 'failed', code: 'WORKER_DIED', message: `The analysis died: ${why}` })
  const deadline = setTimeout(() => {
    end({ state: 'failed', code: 'TIMEOUT', message: `The analysis took longer than ${deadlineMs / 1_000} s` })
  }, deadlineMs)

  worker.on('message', (message: WorkMessage) => {
    if (isOver) return
    if (message.type === 'finished') end({ state: 'succeeded' })
    else if (message.type === 'refused') end({ state: 'failed', code: message.code, message: message.message })
    else onMessage(message)
  })
  worker.on('error', (error) => die(reasonOf(error)))
  worker.on('exit', (code) => {
    die(`its thread ended with ${code}`)
    onExit()
  })

  return {
    async stop() {
      isOver = true
      clearTimeout(deadline)
      await worker.terminate()
    },
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return `it needed more than ${workerHeapMb} MiB of memory`
  }
  return error instanceof Error ? error.message.slice(0, 120) : 'it threw'
}
