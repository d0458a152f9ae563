import { type ChildProcess, fork } from 'node:child_process'
import type { DeskMessage } from '../analysis/messages.ts'

/** The process that analyses a document. */
export const analysisWorker = new URL('../analysis/worker.ts', import.meta.url)

/** Most memory of one worker's JavaScript, in MiB. */
export const workerHeapMb = 512
/** Workers that are started before they are needed: a start takes longer than most documents do. */
const idleMax = 2

/** The processes of the workers, some of them started in advance. */
export interface Workers extends Disposable {
  /** One that has nothing to do, for whoever asks alone. */
  take(): ChildProcess
  /** Starts those that are missing for the next. Not right after one was taken: it needs the processor itself. */
  refill(): void
}

/** What {@link createWorkers} takes. */
export interface WorkersOptions {
  readonly file: URL
  /** Node's own flags for them. @default the conditions that this process was started with */
  readonly flags?: readonly string[] | undefined
}

/** Starts workers; disposing it ends those that have nothing to do. */
export function createWorkers({ file, flags = ownConditions() }: WorkersOptions): Workers {
  const idle = new Set<ChildProcess>()
  let isClosed = false

  function start(): ChildProcess {
    const child = fork(file, {
      execArgv: [...flags, `--max-old-space-size=${workerHeapMb}`],
      serialization: 'advanced',
      // Libraries that print do not print into our log; only why it died is of interest.
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    child.once('exit', () => idle.delete(child))
    return child
  }

  const workers: Workers = {
    take() {
      const [child = start()] = idle
      idle.delete(child)
      return child
    },
    refill() {
      while (!isClosed && idle.size < idleMax) {
        const child = start()
        idle.add(child)
        child.send({ type: 'prepare' } satisfies DeskMessage, () => undefined)
      }
    },
    [Symbol.dispose]() {
      isClosed = true
      for (const child of idle) child.kill('SIGKILL')
    },
  }
  workers.refill()
  return workers
}

function ownConditions(): string[] {
  return process.execArgv.filter((flag) => flag.startsWith('--conditions='))
}
