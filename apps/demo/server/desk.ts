import { randomUUID } from 'node:crypto'
import type { StatusApi } from '@telltale/server'
import type { DocumentKind } from '../analysis/document.ts'
import type { StatusServer } from '../analysis/messages.ts'
import {
  type Analysis,
  type Conversation,
  type ConversationSummary,
  type DocumentInfo,
  type Refusal,
  runningMax,
  type WorkState,
} from '../api/analysis.ts'
import { createAnnouncer, type Turn } from './announcer.ts'
import { createArchive } from './archive.ts'
import { startWork, type Work } from './work.ts'
import { analysisWorker, createWorkers } from './workers.ts'

/** Most analyses that wait for their turn; one more is refused as `TOO_MANY`. */
export const waitingMax = 100
/** Most bytes of documents that wait, so that a full queue does not fill the memory. */
export const waitingMaxBytes = 256 * 1_024 * 1_024

/** A document that is to be analysed. */
export interface Submission {
  readonly conversationId: string
  readonly name: string
  readonly kind: DocumentKind
  readonly bytes: Uint8Array
  /** How long to rest after each step, in milliseconds. */
  readonly pauseMs: number
}

/** Where documents are handed in: runs their analyses, a few at a time, each in a process that says itself how it goes. */
export interface Desk extends AsyncDisposable {
  /** Takes a document; the answer says `running`, `queued`, or `failed` with `TOO_MANY`. */
  submit(submission: Submission): Analysis
  /** Tells a conversation that a document was not taken, and why. */
  refuse(conversationId: string, document: DocumentInfo, code: Refusal, message: string): Analysis
  /** Stops an analysis at once; one that is over stays as it is. `null` when there is none. */
  cancel(conversationId: string, analysisId: string): Analysis | null
  /**
   * Kills the process of an analysis that runs, and says nothing about it to anybody: that the work is lost has to come
   * out by itself. `null` when there is no such analysis.
   */
  kill(conversationId: string, analysisId: string): Analysis | null
  conversation(id: string): Conversation
  conversations(): ConversationSummary[]
}

/** What {@link openDesk} takes. */
export interface DeskOptions {
  readonly status: StatusApi
  /** Where the worker of a conversation says its statuses. */
  readonly server: (conversationId: string) => Promise<StatusServer>
  /** The worker's file. @default the analysis */
  readonly worker?: URL
  /** Node's own flags for workers. @default the conditions that this process was started with */
  readonly workerFlags?: readonly string[]
  /** How long an analysis may take, in milliseconds; rests are not counted. @default 60_000 */
  readonly deadlineMs?: number
}

/** An analysis that was begun and has not ended, or whose process is not gone yet. */
interface Running {
  readonly conversationId: string
  readonly work: Work
}

/** A document that waits, and its place in the queue. */
interface Waiting extends Submission {
  readonly turn: Turn
}

/** Rests that an analysis can take: after each step but the last, and before a second attempt to decode. */
const restsMax = 11

/** Opens a desk; disposing it cancels all work and takes no more. */
export function openDesk({ status, server, worker, workerFlags, deadlineMs = 60_000 }: DeskOptions): Desk {
  const archive = createArchive()
  const announcer = createAnnouncer(status)
  const workers = createWorkers({ file: worker ?? analysisWorker, flags: workerFlags })
  const running = new Map<string, Running>()
  const waiting = new Map<string, Waiting>()
  let isClosed = false

  const change = (analysis: Analysis, changes: Partial<Analysis>): Analysis => {
    const changed = { ...(archive.get(analysis.conversationId, analysis.id) ?? analysis), ...changes }
    archive.put(changed)
    return changed
  }
  const end = (analysis: Analysis, state: WorkState, failure: Analysis['failure']): Analysis =>
    change(analysis, { state, failure, endedAt: new Date().toISOString() })

  const start = (queued: Analysis, { kind, bytes, pauseMs }: Submission): Analysis => {
    const analysis = change(queued, { state: 'running', startedAt: new Date().toISOString() })
    const { id, conversationId, document } = analysis
    const work = startWork({
      child: workers.take(),
      order: { analysisId: id, conversationId, name: document.name, kind, bytes, pauseMs },
      server: server(conversationId),
      deadlineMs: deadlineMs + restsMax * pauseMs,
      onFound(findings) {
        change(analysis, { findings: { ...archive.get(conversationId, id)?.findings, ...findings } })
      },
      onEnd: (outcome) => void end(analysis, outcome.state, outcome.state === 'failed' ? outcome.failure : null),
      onExit() {
        running.delete(id)
        startNext()
        workers.refill()
      },
    })
    running.set(id, { conversationId, work })
    return analysis
  }
  const startNext = (): void => {
    for (const [id, submission] of waiting) {
      if (running.size >= runningMax) return
      waiting.delete(id)
      submission.turn.came()
      const analysis = archive.get(submission.conversationId, id)
      if (analysis) start(analysis, submission)
    }
  }
  const register = (conversationId: string, document: DocumentInfo): Analysis => {
    const analysis: Analysis = {
      id: randomUUID(),
      conversationId,
      document,
      state: 'queued',
      createdAt: new Date().toISOString(),
      startedAt: null,
      endedAt: null,
      failure: null,
      findings: {},
    }
    archive.put(analysis)
    return analysis
  }
  const isFull = (bytes: number): boolean => {
    let waitingBytes = bytes
    for (const submission of waiting.values()) waitingBytes += submission.bytes.length
    return waiting.size >= waitingMax || waitingBytes > waitingMaxBytes
  }
  const refuse: Desk['refuse'] = (conversationId, document, code, message) => {
    const refused = end(register(conversationId, document), 'failed', { code, message })
    announcer.refused(refused, { code, message })
    return refused
  }

  const cancel: Desk['cancel'] = (conversationId, analysisId) => {
    const analysis = archive.get(conversationId, analysisId)
    if (!analysis || analysis.endedAt) return analysis ?? null
    const cancelled = end(analysis, 'cancelled', null)
    waiting.get(analysisId)?.turn.cancelled()
    waiting.delete(analysisId)
    void running.get(analysisId)?.work.stop()
    return cancelled
  }

  return {
    submit(submission) {
      const { conversationId, name, kind, bytes } = submission
      const document: DocumentInfo = { name, kind, bytes: bytes.length }
      if (isClosed) return refuse(conversationId, document, 'TOO_MANY', 'The demo is being stopped')
      if (running.size < runningMax) return start(register(conversationId, document), submission)
      if (isFull(bytes.length)) {
        return refuse(conversationId, document, 'TOO_MANY', `${waiting.size} analyses wait already; try again later`)
      }
      const analysis = register(conversationId, document)
      const turn = announcer.queued(analysis, waiting.size)
      waiting.set(analysis.id, { ...submission, turn })
      return analysis
    },
    refuse,
    cancel,
    kill(conversationId, analysisId) {
      const analysis = archive.get(conversationId, analysisId)
      if (analysis && !analysis.endedAt) running.get(analysisId)?.work.kill()
      return analysis ?? null
    },
    conversation: (id) => archive.conversation(id),
    conversations: () => archive.conversations(),
    async [Symbol.asyncDispose]() {
      isClosed = true
      for (const [id, { conversationId }] of [...waiting, ...running]) cancel(conversationId, id)
      workers[Symbol.dispose]()
      await Promise.all([...running.values()].map(({ work }) => work.stop()))
    },
  }
}
