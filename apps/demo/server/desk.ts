import { randomUUID } from 'node:crypto'
import type { StatusApi } from '@telltale/server'
import type { DocumentKind } from '../analysis/document.ts'
import {
  type Analysis,
  type Conversation,
  type ConversationSummary,
  type DocumentInfo,
  type Refusal,
  runningMax,
  type StepName,
  type WorkState,
} from '../api/analysis.ts'
import { createAnnouncer } from './announcer.ts'
import { createArchive } from './archive.ts'
import { analysisWorker, startWork, type Work } from './work.ts'

/** Most analyses that wait for their turn; one more is refused as `TOO_MANY`. */
export const waitingMax = 100
/** Most bytes of documents that wait, so that a full queue does not fill the memory. */
export const waitingMaxBytes = 256 * 1_024 * 1_024

/** A document that is to be analysed. Its bytes move away. */
export interface Submission {
  readonly conversationId: string
  readonly name: string
  readonly kind: DocumentKind
  readonly bytes: Uint8Array
  /** How long to rest after each step, in milliseconds. */
  readonly pauseMs: number
}

/** Where documents are handed in: runs their analyses, a few at a time, and tells their conversations. */
export interface Desk extends AsyncDisposable {
  /** Takes a document; the answer says `running`, `queued`, or `failed` with `TOO_MANY`. */
  submit(submission: Submission): Analysis
  /** Tells a conversation that a document was not taken, and why. */
  refuse(conversationId: string, document: DocumentInfo, code: Refusal, message: string): Analysis
  /** Stops an analysis at once; one that is over stays as it is. `null` when there is none. */
  cancel(conversationId: string, analysisId: string): Analysis | null
  conversation(id: string): Conversation
  conversations(): ConversationSummary[]
}

/** What {@link openDesk} takes. */
export interface DeskOptions {
  readonly status: StatusApi
  /** The worker's file. @default the analysis */
  readonly worker?: URL
  /** How long an analysis may take, in milliseconds; rests are not counted. @default 60_000 */
  readonly deadlineMs?: number
}

/** An analysis that was begun and has not ended, or whose thread is not gone yet. */
interface Running {
  readonly conversationId: string
  work: Work | null
  current: { readonly step: StepName; readonly startedAt: number } | null
}

/** Rests that an analysis can take: after each step but the last. */
const restsMax = 7

/** Opens a desk; disposing it cancels all work and takes no more. */
export function openDesk({ status, worker = analysisWorker, deadlineMs = 60_000 }: DeskOptions): Desk {
  const archive = createArchive()
  const announcer = createAnnouncer(status)
  const running = new Map<string, Running>()
  const waiting = new Map<string, Submission>()
  let isClosed = false

  const change = (analysis: Analysis, changes: Partial<Analysis>): Analysis => {
    const changed = { ...(archive.get(analysis.conversationId, analysis.id) ?? analysis), ...changes }
    archive.put(changed)
    return changed
  }
  const end = (analysis: Analysis, state: WorkState, failure: Analysis['failure']): Analysis => {
    const current = running.get(analysis.id)?.current ?? null
    const ended = change(analysis, { state, failure, endedAt: new Date().toISOString() })
    const runningFor = current && { step: current.step, durationMs: Math.round(performance.now() - current.startedAt) }
    announcer.ended(ended, runningFor)
    return ended
  }
  const start = (queued: Analysis, { kind, bytes, pauseMs }: Submission): Analysis => {
    const analysis = change(queued, { state: 'running', startedAt: new Date().toISOString() })
    const own: Running = { conversationId: analysis.conversationId, work: null, current: null }
    running.set(analysis.id, own)
    announcer.started(analysis, pauseMs)
    own.work = startWork({
      order: { analysisId: analysis.id, kind, bytes, pauseMs },
      file: worker,
      deadlineMs: deadlineMs + restsMax * pauseMs,
      onMessage(message) {
        switch (message.type) {
          case 'stepStarted':
            own.current = { step: message.step, startedAt: performance.now() }
            return announcer.stepStarted(analysis, message.step)
          case 'said':
            return announcer.said(analysis, message.said)
          case 'stepEnded': {
            own.current = null
            const findings = archive.get(analysis.conversationId, analysis.id)?.findings
            change(analysis, { findings: { ...findings, ...message.end.findings } })
            return announcer.stepEnded(analysis, message.step, message.durationMs, message.end)
          }
        }
      },
      onEnd: (outcome) =>
        void end(
          analysis,
          outcome.state,
          outcome.state === 'failed' ? { code: outcome.code, message: outcome.message } : null,
        ),
      onExit() {
        running.delete(analysis.id)
        startNext()
      },
    })
    return analysis
  }
  const startNext = (): void => {
    for (const [id, submission] of waiting) {
      if (running.size >= runningMax) return
      waiting.delete(id)
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
  const refuse: Desk['refuse'] = (conversationId, document, code, message) =>
    end(register(conversationId, document), 'failed', { code, message })

  const cancel: Desk['cancel'] = (conversationId, analysisId) => {
    const analysis = archive.get(conversationId, analysisId)
    if (!analysis || analysis.endedAt) return analysis ?? null
    waiting.delete(analysisId)
    void running.get(analysisId)?.work?.stop()
    return end(analysis, 'cancelled', null)
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
      announcer.queued(analysis, waiting.size)
      waiting.set(analysis.id, submission)
      return analysis
    },
    refuse,
    cancel,
    conversation: (id) => archive.conversation(id),
    conversations: () => archive.conversations(),
    async [Symbol.asyncDispose]() {
      isClosed = true
      for (const [id, { conversationId }] of [...waiting, ...running]) cancel(conversationId, id)
      await Promise.all([...running.values()].map(async ({ work }) => work?.stop()))
    },
  }
}
